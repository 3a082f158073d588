package io.holdfast.vault.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The SDK's client and its threads: Netty, no retries of its own (the store's decorator does that), no multipart. The
 * thread is ours, because the SDK would let its own idle for two seconds at each close; and it is one, because with more
 * about every tenth refused connection was never reported, and its request waited for its time-out (SDK 2.54.2). It
 * moves bytes only: what is stored was compressed and encrypted by others.
 */
final class S3ClientResource implements AutoCloseable {
    private static final int CONNECTIONS = 64;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int THREADS = 1;

    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final S3AsyncClient client;
    private final SdkEventLoopGroup threads;

    private S3ClientResource(S3AsyncClient client, SdkEventLoopGroup threads) {
        this.client = client;
        this.threads = threads;
    }

    /** Does not connect yet. */
    static S3ClientResource to(S3Settings settings) {
        SdkEventLoopGroup threads =
                SdkEventLoopGroup.builder().numberOfThreads(THREADS).build();
        var builder = S3AsyncClient.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(credentials(settings))
                .multipartEnabled(false)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(threads)
                        .maxConcurrency(CONNECTIONS)
                        .connectionTimeout(CONNECT)
                        .connectionAcquisitionTimeout(settings.attemptTimeout())
                        .readTimeout(settings.attemptTimeout())
                        .writeTimeout(settings.attemptTimeout()))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .addExecutionInterceptor(new S3RequestTimer())
                        .apiCallTimeout(settings.attemptTimeout()));
        if (settings.checksumsWhenRequired()) {
            builder.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return new S3ClientResource(builder.build(), threads);
    }

    S3AsyncClient client() {
        return client;
    }

    /** What is still under way fails. */
    @Override
    public void close() {
        client.close();
        var unused = threads.eventLoopGroup()
                .shutdownGracefully(0, CLOSE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE.toMillis());
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        String key = settings.accessKey();
        String secret = settings.secretKey();
        return key == null || secret == null
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret));
    }
}
