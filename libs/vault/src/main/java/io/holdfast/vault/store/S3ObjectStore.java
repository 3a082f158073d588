package io.holdfast.vault.store;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.StoreCapabilities.Answer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** One try at S3 per call: single PUTs, whole or ranged GETs, conditional PUTs by {@code If-None-Match: *}. */
public final class S3ObjectStore implements ObjectStore {
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int NOT_IMPLEMENTED = 501;

    private final S3ClientResource connection;
    private final S3AsyncClient client;
    private final String bucket;
    private final String prefix;
    private final String where;
    private final S3ErrorTranslator failures;
    private final @Nullable ObjectLockHeaders lock;
    private final boolean checksums;

    private S3ObjectStore(S3ClientResource connection, S3Settings settings) {
        this.connection = connection;
        this.client = connection.client();
        this.bucket = settings.bucket();
        this.prefix = settings.prefix();
        this.where = settings.describe();
        this.failures = new S3ErrorTranslator(where);
        this.checksums = !settings.checksumsWhenRequired();
        this.lock = settings.lock() == null ? null : new ObjectLockHeaders(settings.lock());
    }

    /** S3 with bounded retries. Does not connect yet: a wrong address or key shows at the first call. */
    public static ObjectStore open(S3Settings settings) {
        return new RetryingObjectStore(single(settings), RetryPolicy.STANDARD);
    }

    /** S3 without retries: for those who bring their own. */
    public static ObjectStore single(S3Settings settings) {
        return new S3ObjectStore(S3ClientResource.to(settings), settings);
    }

    @Override
    public void put(String key, byte[] bytes) {
        write(() -> answer(
                "PUT " + key,
                () -> client.putObject(
                        r -> r.bucket(bucket).key(prefix + key).checksumCRC32(checksums ? checksum(bytes) : null),
                        AsyncRequestBody.fromBytesUnsafe(bytes)),
                PutObjectResponse::eTag));
    }

    /** Given beforehand, the SDK need not cut the body into pieces and send this behind them. */
    private static String checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) crc.getValue())
                        .array());
    }

    @Override
    public boolean putIfAbsent(String key, byte[] bytes) {
        return putIfAbsent(key, bytes, false, request -> {});
    }

    @Override
    public boolean putLocked(String key, byte[] bytes) {
        return lock == null
                ? putIfAbsent(key, bytes, false, request -> {})
                : putIfAbsent(key, bytes, true, lock.on(this));
    }

    /** @param locked whether S3 requires a checksum, which it does for an object lock */
    private boolean putIfAbsent(String key, byte[] bytes, boolean locked, Consumer<PutObjectRequest.Builder> more) {
        Optional<?> written = write(() -> unless(
                e -> e.statusCode() == PRECONDITION_FAILED,
                "conditional PUT " + key,
                () -> client.putObject(
                        r -> r.bucket(bucket)
                                .key(prefix + key)
                                .ifNoneMatch("*")
                                .checksumCRC32(checksums || locked ? checksum(bytes) : null)
                                .applyMutation(more),
                        AsyncRequestBody.fromBytesUnsafe(bytes)),
                PutObjectResponse::eTag));
        if (written.isPresent()) {
            return true;
        }
        // Taken, perhaps by an attempt of ours whose answer got lost: the bytes tell. Sizes first, they cost nothing.
        return head(key).filter(there -> there.size() == bytes.length).isPresent()
                && get(key).filter(there -> Arrays.equals(there, bytes)).isPresent();
    }

    @Override
    public Optional<byte[]> get(String key) {
        return fetch(key, null);
    }

    @Override
    public Optional<byte[]> get(String key, long offset, int length) {
        if (length == 0) {
            return head(key).map(there -> new byte[0]);
        }
        return fetch(key, "bytes=" + offset + "-" + (offset + length - 1));
    }

    private Optional<byte[]> fetch(String key, @Nullable String range) {
        ExactSizeBodyTransformer body = new ExactSizeBodyTransformer();
        try {
            return unless(
                    S3ErrorTranslator::isNoSuchKey,
                    "GET " + key,
                    () -> client.getObject(
                            r -> r.bucket(bucket).key(prefix + key).range(range), body),
                    bytes -> body.eTag());
        } catch (HoldfastException holdfastException) {
            if (holdfastException.getCause() instanceof S3Exception e && e.statusCode() == RANGE_NOT_SATISFIABLE) {
                return Optional.of(new byte[0]);
            }
            throw holdfastException;
        }
    }

    @Override
    public Optional<StoredObject> head(String key) {
        var found = unless(
                e -> e.statusCode() == NOT_FOUND,
                "HEAD " + key,
                () -> client.headObject(r -> r.bucket(bucket).key(prefix + key)),
                HeadObjectResponse::lastModified);
        if (found.isEmpty() && fetch(key, "bytes=0-0").isPresent()) {
            // a HEAD's 404 has no body that would tell a missing object from a missing bucket or a proxy's page; a
            // GET's has
            throw failures.ofSomebodyElse("HEAD " + key, null);
        }
        return found.map(head -> new StoredObject(key, head.contentLength(), head.lastModified()));
    }

    /** A server may show nothing for a while and go on then, as Amazon's after many deletions. */
    @Override
    public ObjectListPage page(String under, String after) {
        ListObjectsV2Response page = listed(under, after, null);
        while (page.contents().isEmpty() && goesOn(page)) {
            page = listed(under, after, further(page, under));
        }
        List<StoredObject> objects = page.contents().stream()
                .map(o -> new StoredObject(o.key().substring(prefix.length()), o.size(), o.lastModified()))
                .toList();
        return new ObjectListPage(objects, goesOn(page));
    }

    /** A token stands for the start as well, and S3Proxy refuses a request that has both. */
    private ListObjectsV2Response listed(String under, String after, @Nullable String token) {
        return answer(
                "LIST " + under,
                () -> client.listObjectsV2(r -> r.bucket(bucket)
                        .prefix(prefix + under)
                        .startAfter(token != null || after.isEmpty() ? null : prefix + after)
                        .continuationToken(token)),
                ListObjectsV2Response::isTruncated);
    }

    private static boolean goesOn(ListObjectsV2Response page) {
        return Boolean.TRUE.equals(page.isTruncated());
    }

    /** Half a listing must not be taken for a whole one: what it lacks would be taken for deleted. */
    private String further(ListObjectsV2Response page, String under) {
        String token = page.nextContinuationToken();
        if (token == null) {
            throw failures.cutOff(under);
        }
        return token;
    }

    @Override
    public List<String> folders(String under) {
        List<String> names = new ArrayList<>();
        String start = prefix + under;
        String token = null;
        do {
            String from = token;
            ListObjectsV2Response page = answer(
                    "LIST " + under,
                    () -> client.listObjectsV2(
                            r -> r.bucket(bucket).prefix(start).delimiter("/").continuationToken(from)),
                    ListObjectsV2Response::isTruncated);
            page.commonPrefixes().stream()
                    .map(CommonPrefix::prefix)
                    .map(name -> name.substring(start.length(), name.length() - 1))
                    .forEach(names::add);
            token = goesOn(page) ? further(page, under) : null;
        } while (token != null);
        return names;
    }

    @Override
    public void delete(String key) {
        absentIfNoKey(
                "DELETE " + key, () -> client.deleteObject(r -> r.bucket(bucket).key(prefix + key)));
    }

    @Override
    public StoreCapabilities abilities() {
        return new StoreCapabilities(
                told(
                        "GET versioning",
                        () -> client.getBucketVersioning(r -> r.bucket(bucket))
                                .thenApply(v -> v.status() == BucketVersioningStatus.ENABLED)),
                told(
                        "GET object lock",
                        () -> client.getObjectLockConfiguration(r -> r.bucket(bucket))
                                .thenApply(
                                        lock -> lock.objectLockConfiguration().objectLockEnabled()
                                                == ObjectLockEnabled.ENABLED)));
    }

    /** 404: there is no such configuration; 501 or 405: no such feature; 403: not for us to know. */
    private Answer told(String action, Supplier<CompletableFuture<Boolean>> question) {
        try {
            return answer(action, question) ? Answer.YES : Answer.NO;
        } catch (HoldfastException holdfastException) {
            if (holdfastException.getCause() instanceof S3Exception e && !(e instanceof NoSuchBucketException)) {
                int status = e.statusCode();
                if (status == NOT_FOUND || status == NOT_IMPLEMENTED || status == NOT_ALLOWED) {
                    return Answer.NO;
                }
                if (status == FORBIDDEN) {
                    return Answer.UNKNOWN;
                }
            }
            throw holdfastException;
        }
    }

    @Override
    public String describe() {
        return where;
    }

    @Override
    public void close() {
        connection.close();
    }

    /**
     * A server may refuse a request before it has read the body, and close the connection under our hands: its answer is
     * lost then, and a wrong key looks like a broken network. A request without a body shows which of them it was.
     */
    private <T> T write(Supplier<T> call) {
        try {
            return call.get();
        } catch (HoldfastException holdfastException) {
            if (S3ErrorTranslator.lostTheConnection(holdfastException)) {
                answer(
                        "LIST, asked because a PUT got no answer,",
                        () -> client.listObjectsV2(
                                r -> r.bucket(bucket).prefix(prefix).maxKeys(1)));
            }
            throw holdfastException;
        }
    }

    private <T> Optional<T> absentIfNoKey(String action, Supplier<CompletableFuture<T>> call) {
        return unless(S3ErrorTranslator::isNoSuchKey, action, call, answer -> answer);
    }

    private <T> Optional<T> unless(
            Predicate<S3Exception> excused,
            String action,
            Supplier<CompletableFuture<T>> call,
            Function<T, @Nullable Object> sign) {
        try {
            return Optional.of(answer(action, call, sign));
        } catch (HoldfastException holdfastException) {
            if (holdfastException.getCause() instanceof NoSuchBucketException e) {
                throw failures.missingBucket(e);
            }
            if (holdfastException.getCause() instanceof S3Exception e
                    && excused.test(e)
                    && holdfastException.code() != FailureCode.VAULT_MISSING) {
                return Optional.empty();
            }
            throw holdfastException;
        }
    }

    /**
     * @param sign what every S3 server says with it; where that is missing, somebody else answered, such as a proxy: its page
     *     must not be taken for an empty listing, a written object or a damaged one
     */
    private <T> T answer(String action, Supplier<CompletableFuture<T>> request, Function<T, @Nullable Object> sign) {
        T answer = answer(action, request);
        if (sign.apply(answer) == null) {
            throw failures.ofSomebodyElse(action, null);
        }
        return answer;
    }

    private <T> T answer(String action, Supplier<CompletableFuture<T>> request) {
        if (Thread.currentThread().isInterrupted()) {
            // looked at before, because the SDK swallows it
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped before " + action + " at " + where);
        }
        CompletableFuture<T> call = request.get();
        try {
            return call.get();
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped during " + action + " at " + where, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw failures.of(action, cause == null ? e : cause);
        } catch (CancellationException e) {
            throw failures.of(action, e);
        }
    }
}
