#!/usr/bin/env bash
# S3Proxy on a folder, with its secret from a file: the image's own script puts it on Java's command line.
set -euo pipefail
umask 077
mkdir -p /data/holdfast # a bucket is a folder
cat >/tmp/s3proxy.properties <<PROPERTIES
s3proxy.endpoint=http://0.0.0.0:9000
s3proxy.authorization=aws-v4
s3proxy.identity=holdfast
s3proxy.credential=$(cat /run/secrets/s3)
s3proxy.ignore-unknown-headers=true
jclouds.provider=filesystem
jclouds.filesystem.basedir=/data
PROPERTIES
exec java -XX:MaxRAMPercentage=50 -cp '/opt/s3proxy/s3proxy:/opt/s3proxy/lib/*' org.gaul.s3proxy.Main \
  --properties /tmp/s3proxy.properties
