package io.holdfast.rds;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.RdsException;

/**
 * Requests to the API of Amazon RDS. The SDK repeats a request after a failure that may pass; every request here may be sent twice,
 * because what it makes has a fixed name. Each request opens a client and reads the keys. Thread-safe.
 */
final class RdsApi {
    static final String INSTANCE_MISSING = "DBInstanceNotFound";
    static final String INSTANCE_EXISTS = "DBInstanceAlreadyExists";
    static final String CLUSTER_MISSING = "DBClusterNotFoundFault";
    static final String CLUSTER_EXISTS = "DBClusterAlreadyExistsFault";

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int SAID = 300;

    private static final Set<String> UNKNOWN_KEYS = Set.of(
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "ExpiredTokenException",
            "UnrecognizedClientException",
            "AuthFailure",
            "IncompleteSignature",
            "MissingAuthenticationToken");
    private static final Set<String> DENIED = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "OptInRequired",
            "KMSKeyNotAccessibleFault");

    /** May pass by itself. */
    private static final Set<String> PASSING = Set.of(
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "RequestExpired",
            "InvalidDBInstanceState",
            "InvalidDBClusterStateFault",
            "InsufficientDBInstanceCapacity",
            "InsufficientDBClusterCapacityFault",
            INSTANCE_EXISTS,
            CLUSTER_EXISTS);

    private final RdsSettings settings;
    private final RdsCredentials credentials;
    private final String shown;

    RdsApi(RdsSettings settings, RdsCredentials credentials) {
        this.settings = settings;
        this.credentials = credentials;
        this.shown = switch (settings.source()) {
            case RdsSettings.Instance instance -> "RDS instance " + instance.id();
            case RdsSettings.Cluster cluster -> "Aurora cluster " + cluster.id();
        };
    }

    static URI amazon(String region) {
        URI host = RdsClient.serviceMetadata().endpointFor(Region.of(region));
        return host.getScheme() == null ? URI.create("https://" + host) : host;
    }

    /** The source, for messages. */
    String shown() {
        return shown;
    }

    /** Fails with SOURCE_* or CANCELLED; with POINT_NOT_COVERED if the source keeps no history. */
    <T> T call(Function<RdsClient, T> request) {
        return unless(Set.of(), request).orElseThrow();
    }

    /** As {@link #call}, but empty if Amazon answers with one of these codes. */
    <T> Optional<T> unless(Set<String> codes, Function<RdsClient, T> request) {
        try (RdsClient client = client()) {
            return Optional.of(request.apply(client));
        } catch (RdsException e) {
            String code = code(e);
            if (codes.contains(code)) {
                return Optional.empty();
            }
            throw failure(code, e);
        } catch (AbortedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, shown + ": the request was cancelled", e);
        } catch (SdkClientException e) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNREACHABLE,
                    shown + ": Amazon's API does not answer (" + shortened(e.getMessage()) + ")",
                    e);
        }
    }

    Optional<DBInstance> instance(String id) {
        return unless(
                        Set.of(INSTANCE_MISSING),
                        rds -> rds.describeDBInstances(request -> request.dbInstanceIdentifier(id))
                                .dbInstances())
                .flatMap(found -> found.stream().findFirst());
    }

    Optional<DBCluster> cluster(String id) {
        return unless(
                        Set.of(CLUSTER_MISSING),
                        rds -> rds.describeDBClusters(request -> request.dbClusterIdentifier(id))
                                .dbClusters())
                .flatMap(found -> found.stream().findFirst());
    }

    /** All of the region. */
    List<DBInstance> instances() {
        return call(
                rds -> rds.describeDBInstancesPaginator().dbInstances().stream().toList());
    }

    /** All of the region. */
    List<DBCluster> clusters() {
        return call(
                rds -> rds.describeDBClustersPaginator().dbClusters().stream().toList());
    }

    private RdsClient client() {
        var builder = RdsClient.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(provider())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(LONGEST));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private AwsCredentialsProvider provider() {
        try {
            AwsCredentials found = credentials
                    .keys()
                    .<AwsCredentials>map(
                            keys -> AwsBasicCredentials.create(revealed(keys.accessKey()), revealed(keys.secretKey())))
                    .orElseGet(() -> {
                        try (DefaultCredentialsProvider chain =
                                DefaultCredentialsProvider.builder().build()) {
                            return chain.resolveCredentials();
                        }
                    });
            return StaticCredentialsProvider.create(found);
        } catch (SdkClientException e) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_AUTHENTICATION_FAILED,
                    shown + ": there are no AWS credentials; write access-key and secret-key of rds, or give the"
                            + " service a role",
                    e);
        }
    }

    private String revealed(PasswordSupplier key) {
        String secret = key.reveal();
        if (secret == null || secret.isBlank()) {
            throw HoldfastException.of(FailureCode.SOURCE_AUTHENTICATION_FAILED, shown + ": a key of the API is empty");
        }
        return secret.strip();
    }

    private static String code(RdsException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
    }

    private HoldfastException failure(String code, RdsException e) {
        if (UNKNOWN_KEYS.contains(code)) {
            // its text may have the signature
            return HoldfastException.of(
                    FailureCode.SOURCE_AUTHENTICATION_FAILED,
                    shown + ": Amazon refuses the credentials (" + code + "); correct them");
        }
        String said = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorMessage();
        String reason = " (HTTP " + e.statusCode() + ", " + code + ", " + shortened(said) + ")";
        if (DENIED.contains(code)) {
            return HoldfastException.of(
                    FailureCode.SOURCE_PERMISSION_DENIED,
                    shown + ": the credentials lack a right" + reason + "; grant it");
        }
        if (code.equals("PointInTimeRestoreNotEnabled")) {
            return HoldfastException.of(
                    FailureCode.POINT_NOT_COVERED,
                    shown + ": automated backups are off" + reason + "; set a backup retention period of 1 to 35 days");
        }
        return PASSING.contains(code) || e.statusCode() >= 500
                ? HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, shown + ": not possible now" + reason)
                : HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, shown + ": Amazon refuses" + reason);
    }

    private static String shortened(@Nullable String said) {
        return said == null ? "no message" : said.length() > SAID ? said.substring(0, SAID) : said;
    }
}
