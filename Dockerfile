# The image of web, worker, beat and every manage.py command; which one it is says its command.

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/starboard
COPY requirements-run.lock /tmp/
RUN /opt/starboard/bin/pip install --require-hashes --only-binary :all: --no-compile -r /tmp/requirements-run.lock \
 && /opt/starboard/bin/pip uninstall --yes pip \
 && /opt/starboard/bin/python -m compileall -q /opt/starboard/lib
WORKDIR /app
COPY manage.py ./
COPY config/ config/
COPY apps/ apps/
COPY templates/ templates/
COPY static/ static/
# Names of servers that nobody asks: collecting files needs none.
RUN DEBUG=0 DATABASE_URL=postgresql://none/none REDIS_URL=redis://none STATIC_ROOT=/app/collected DATA_DIR=/tmp/data \
    /opt/starboard/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf static/* \
 && /opt/starboard/bin/python -m compileall -q apps config

FROM python:3.13-slim-trixie
# pg_dump and pg_restore, for manage.py backup and restore: of the same version as the server in docker-compose.yml.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin starboard \
 && install -d -o starboard -g starboard -m 700 /data
COPY --from=build /opt/starboard /opt/starboard
COPY --from=build /app /app
ENV PATH=/opt/starboard/bin:$PATH \
    PG_BIN=/usr/lib/postgresql/17/bin \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PRODUCTION=1 DATA_DIR=/data STATIC_ROOT=/app/collected BIND=0.0.0.0:8000
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.serving", "config.wsgi"]
