"""What is delivered to run it: image, compose, systemd, chart."""
