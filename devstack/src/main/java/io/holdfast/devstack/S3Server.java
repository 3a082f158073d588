package io.holdfast.devstack;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;

/** S3Proxy over a folder: SigV4, conditional writes, multipart. No object lock, versioning or tagging. */
final class S3Server implements StackServer {
    static final String REGION = "us-east-1";
    static final String BUCKET = "holdfast";
    static final String ACCESS_KEY = "holdfast";

    private final S3Proxy proxy;
    private final StackAddresses.S3 address;

    private S3Server(S3Proxy proxy, StackAddresses.S3 address) {
        this.proxy = proxy;
        this.address = address;
    }

    static S3Server start(Path data, StackState state) throws Exception {
        Properties settings = new Properties();
        settings.setProperty(
                "jclouds.filesystem.basedir",
                Files.createDirectories(data.resolve("s3")).toString());
        BlobStore store = BlobStores.create("filesystem", settings);
        if (!store.containerExists(BUCKET)) {
            store.createContainer(BUCKET);
        }
        String secret = state.secret("s3");
        String endpoint = "http://127.0.0.1:" + state.port(StackComponent.S3);
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(store)
                .endpoint(URI.create(endpoint))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, secret)
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(24)
                .stopTimeout(0)
                .build();
        proxy.start();
        return new S3Server(proxy, new StackAddresses.S3(endpoint, REGION, ACCESS_KEY, secret, BUCKET));
    }

    StackAddresses.S3 address() {
        return address;
    }

    @Override
    public void stop() throws Exception {
        proxy.stop();
    }
}
