package io.holdfast.devstack;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The same servers as containers, of the images that {@code docker-compose.yml} names. Nothing is kept. */
final class Containers {
    static final String KAFKA_IMAGE = "apache/kafka:4.2.1";
    static final String POSTGRES_IMAGE = "postgres:15";
    static final String S3_IMAGE = "andrewgaul/s3proxy:s3proxy-4.1.0";

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final int S3_PORT = 80;

    private final Consumer<Server> keep;
    private final StackState state;

    /** @param keep is given each server before it is started, to be stopped in the end */
    Containers(Consumer<Server> keep, StackState state) {
        this.keep = keep;
        this.state = state;
    }

    String kafka() throws Exception {
        KafkaContainer kafka = started(new KafkaContainer(KAFKA_IMAGE)
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withStartupTimeout(READY_WITHIN));
        Topics.create(kafka.getBootstrapServers());
        return kafka.getBootstrapServers();
    }

    Addresses.Postgres postgres() throws Exception {
        String password = state.secret("postgres");
        PostgreSQLContainer postgres = started(new PostgreSQLContainer(POSTGRES_IMAGE)
                .withUsername(PostgresServer.SUPERUSER)
                .withPassword(password)
                .withDatabaseName("postgres")
                // a throw-away cluster of this machine has to know the locale too
                .withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C")
                .withCommand("postgres", "-c", "wal_level=logical", "-c", "max_prepared_transactions=10")
                .withStartupTimeout(READY_WITHIN));
        return new Addresses.Postgres(
                postgres.getHost(),
                postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                PlatformDatabase.NAME,
                PostgresServer.SUPERUSER,
                password);
    }

    Addresses.S3 s3() throws Exception {
        String secret = state.secret("s3");
        GenericContainer<?> s3 = started(new GenericContainer<>(S3_IMAGE)
                .withExposedPorts(S3_PORT)
                .withEnv("S3PROXY_AUTHORIZATION", "aws-v4")
                .withEnv("S3PROXY_IDENTITY", S3Server.ACCESS_KEY)
                .withEnv("S3PROXY_CREDENTIAL", secret)
                .withEnv("S3PROXY_IGNORE_UNKNOWN_HEADERS", "true")
                .waitingFor(Wait.forHttp("/").forPort(S3_PORT).forStatusCodeMatching(status -> status < 500))
                .withStartupTimeout(READY_WITHIN));
        String endpoint = "http://" + s3.getHost() + ":" + s3.getMappedPort(S3_PORT);
        Addresses.S3 address =
                new Addresses.S3(endpoint, S3Server.REGION, S3Server.ACCESS_KEY, secret, S3Server.BUCKET);
        createBucket(address);
        return address;
    }

    /** The superuser's connections to such a server. */
    static PlatformDatabase.Superuser superuser(Addresses.Postgres postgres) {
        return database -> connect(postgres, database);
    }

    private static Connection connect(Addresses.Postgres postgres, String database) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(database), postgres.superuser(), postgres.password());
    }

    private static void createBucket(Addresses.S3 s3) {
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

    private <C extends GenericContainer<?>> C started(C container) {
        keep.accept(container::stop);
        container.start();
        return container;
    }
}
