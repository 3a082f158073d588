package io.holdfast.devstack;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives a {@code @QuarkusTest} a stack of its own, as fresh as a new machine: empty topics, schemas and bucket.
 *
 * <pre>
 * &#64;WithTestResource(value = DevStackResource.class, initArgs = &#64;ResourceArg(name = "service", value = "backup"))
 * </pre>
 *
 * {@code service} names the service whose role and schema the data source gets. {@link DevStack} gives the rest: inject
 * {@link StackAddresses} into a field of the test for the superuser, S3 and the catcher. With
 * {@code -Dholdfast.containers=true} the servers run as containers.
 */
public final class DevStackResource implements QuarkusTestResourceLifecycleManager {
    private Service service = Service.BACKUP;
    private @Nullable DevStack stack;

    @Override
    public void init(Map<String, String> arguments) {
        service = Service.named(arguments.getOrDefault("service", "backup"));
    }

    @Override
    public Map<String, String> start() {
        DevStack started = DevStack.start(StackOptions.temporary());
        stack = started;
        StackAddresses addresses = started.addresses();
        Map<String, String> config = new LinkedHashMap<>();
        config.put("kafka.bootstrap.servers", addresses.kafka());
        config.putAll(datasource(addresses));
        config.putAll(vault(addresses.s3()));
        config.put("holdfast.test.catcher.http", addresses.catcher().http());
        config.put("holdfast.test.catcher.smtp-host", addresses.catcher().smtpHost());
        config.put(
                "holdfast.test.catcher.smtp-port",
                Integer.toString(addresses.catcher().smtpPort()));
        config.put("quarkus.http.test-port", "0");
        config.put("quarkus.devservices.enabled", "false");
        return config;
    }

    @Override
    public void stop() {
        if (stack != null) {
            stack.close();
            stack = null;
        }
    }

    @Override
    public void inject(TestInjector injector) {
        if (stack != null) {
            injector.injectIntoFields(stack.addresses(), new TestInjector.MatchesType(StackAddresses.class));
        }
    }

    private Map<String, String> datasource(StackAddresses addresses) {
        StackAddresses.Postgres postgres = addresses.postgres();
        StackAddresses.Login login = addresses.logins().get(service);
        if (login == null) {
            throw new IllegalStateException("the stack made no role for " + service);
        }
        return Map.of(
                "quarkus.datasource.jdbc.url", postgres.jdbcUrl(postgres.database()),
                "quarkus.datasource.reactive.url", postgres.reactiveUrl(postgres.database()),
                "quarkus.datasource.username", login.username(),
                "quarkus.datasource.password", login.password(),
                "holdfast.test.postgres.superuser", postgres.superuser(),
                "holdfast.test.postgres.password", postgres.password(),
                "holdfast.test.postgres.port", Integer.toString(postgres.port()));
    }

    private static Map<String, String> vault(StackAddresses.S3 s3) {
        return Map.of(
                "holdfast.test.s3.endpoint", s3.endpoint(),
                "holdfast.test.s3.region", s3.region(),
                "holdfast.test.s3.bucket", s3.bucket(),
                "holdfast.test.s3.access-key", s3.accessKey(),
                "holdfast.test.s3.secret-key", s3.secretKey());
    }
}
