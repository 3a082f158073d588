package io.holdfast.devstack;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The servers as containers: Kafka and PostgreSQL of the images that {@code docker-compose.yml} names, and MinIO, another
 * S3 than the stack's own. Nothing is kept.
 */
final class ContainerServers {
    static final String KAFKA_IMAGE = "apache/kafka:4.2.1";
    static final String POSTGRES_IMAGE = "postgres:15";
    /** The last image its makers published, where they still keep it; {@link #MINIO_IMAGE_SETTING} names another. */
    static final String MINIO_IMAGE = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z";

    /** An environment variable, for a registry of one's own or a newer build. */
    static final String MINIO_IMAGE_SETTING = "HOLDFAST_MINIO_IMAGE";

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    private final Keeper keeper;
    private final StackState state;

    /** Is given each server before it is started, to be stopped in the end. */
    interface Keeper {
        void keep(StackServer stackServer) throws Exception;
    }

    ContainerServers(Keeper keeper, StackState state) {
        this.keeper = keeper;
        this.state = state;
    }

    String kafka() throws Exception {
        KafkaContainer kafka = started(new KafkaContainer(KAFKA_IMAGE)
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withStartupTimeout(READY_WITHIN));
        TopicCreator.create(kafka.getBootstrapServers());
        return kafka.getBootstrapServers();
    }

    StackAddresses.Postgres postgres() throws Exception {
        String password = state.secret("postgres");
        PostgreSQLContainer postgres = started(new PostgreSQLContainer(POSTGRES_IMAGE)
                .withUsername(PostgresServer.SUPERUSER)
                .withPassword(password)
                .withDatabaseName("postgres")
                // a throw-away cluster of this machine has to know the locale too
                .withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C")
                .withCommand("postgres", "-c", "wal_level=logical", "-c", "max_prepared_transactions=10")
                .withStartupTimeout(READY_WITHIN));
        return new StackAddresses.Postgres(
                postgres.getHost(),
                postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                PlatformDatabase.NAME,
                PostgresServer.SUPERUSER,
                password);
    }

    StackAddresses.S3 s3() throws Exception {
        String secret = state.secret("s3");
        MinIOContainer minio = started(new MinIOContainer(minioImage(System.getenv()))
                .withUserName(S3Server.ACCESS_KEY)
                .withPassword(secret)
                .withStartupTimeout(READY_WITHIN));
        StackAddresses.S3 address =
                new StackAddresses.S3(minio.getS3URL(), S3Server.REGION, S3Server.ACCESS_KEY, secret, S3Server.BUCKET);
        createBucket(address);
        return address;
    }

    static DockerImageName minioImage(Map<String, String> environment) {
        String told = environment.getOrDefault(MINIO_IMAGE_SETTING, "");
        return DockerImageName.parse(told.isBlank() ? MINIO_IMAGE : told).asCompatibleSubstituteFor("minio/minio");
    }

    /** The superuser's connections to such a server. */
    static PlatformDatabase.Superuser superuser(StackAddresses.Postgres postgres) {
        return database -> connect(postgres, database);
    }

    private static Connection connect(StackAddresses.Postgres postgres, String database) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(database), postgres.superuser(), postgres.password());
    }

    private static void createBucket(StackAddresses.S3 s3) {
        try (S3Client client = S3Client.builder()
                .endpointOverride(URI.create(s3.endpoint()))
                .region(Region.of(s3.region()))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey())))
                .build()) {
            client.createBucket(create -> create.bucket(s3.bucket()));
        }
    }

    private <C extends GenericContainer<?>> C started(C container) throws Exception {
        keeper.keep(container::stop);
        container.start();
        return container;
    }
}
