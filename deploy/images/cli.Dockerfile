# The command line. Build from the project's root after `./holdfast build`:
#   docker build -f deploy/images/cli.Dockerfile .
FROM eclipse-temurin:25-jre

# PostgreSQL's client tools, for vault restore and export; see Dockerfile for newer ones
ARG PACKAGES=postgresql-client
RUN mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $PACKAGES \
 && rm -rf /var/lib/apt/lists/*

# the volume of keys gets its owner from the image that mounts it first
RUN useradd --uid 10001 --user-group --create-home --home-dir /var/lib/holdfast holdfast \
 && mkdir -p /etc/holdfast/keys && chown holdfast:holdfast /etc/holdfast/keys && chmod 700 /etc/holdfast/keys

COPY deploy/images/start-cli deploy/images/read-secrets /app/
COPY cli/target/cli-1.0-SNAPSHOT.jar /app/cli.jar
COPY cli/target/lib/ /app/lib/

USER 10001
WORKDIR /var/lib/holdfast
ENTRYPOINT ["/app/start-cli"]
