package io.holdfast.vault.store;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/** A real S3 server over a folder, with signatures and conditional writes. */
public final class LocalS3 implements AutoCloseable {
    private static final String BUCKET = "vault";
    private static final String SECRET = "local-secret";

    private final S3Proxy proxy;

    private LocalS3(S3Proxy proxy) {
        this.proxy = proxy;
    }

    public static LocalS3 start(Path folder) throws Exception {
        Properties settings = new Properties();
        settings.setProperty("jclouds.filesystem.basedir", folder.toString());
        var blobs = BlobStores.create("filesystem", settings);
        blobs.createContainer(BUCKET);
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, "local", SECRET)
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(24)
                .stopTimeout(0)
                .build();
        proxy.start();
        return new LocalS3(proxy);
    }

    int port() {
        return proxy.getPort();
    }

    public ObjectStore store(String prefix) {
        return S3ObjectStore.open(settings(proxy.getPort(), BUCKET, prefix, SECRET));
    }

    S3Settings settings(String bucket, String prefix, String secret) {
        return settings(proxy.getPort(), bucket, prefix, secret);
    }

    static S3Settings settings(int port, String bucket, String prefix, String secret) {
        return new S3Settings(
                URI.create("http://127.0.0.1:" + port),
                "us-east-1",
                true,
                bucket,
                prefix,
                "local",
                secret,
                Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the local S3 does not stop", e);
        }
    }
}
