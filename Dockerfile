# The bot alone, as an unprivileged user. Settings come from the environment: docs/operating.md.
FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE NOTICE ./
RUN python -m pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY bot bot
COPY dialogs dialogs
COPY domain domain
COPY templates templates
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation -e . && changeover train && useradd --create-home changeover
USER changeover
WORKDIR /home/changeover
EXPOSE 3000
HEALTHCHECK CMD python -c "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/ready', timeout=3)"
CMD ["changeover", "serve"]
