package io.holdfast.verifier;

import static java.util.Objects.requireNonNull;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.testsupport.producer.TestProducer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the servers are, and the holdfast.yaml that says so: vault and scratch server stand behind doors. */
@Singleton
class Site {
    final URI s3;
    final FaultInjectionProxy vault;
    final FaultInjectionProxy scratch;
    final String bucket;
    final String accessKey;
    final String secretKey;
    final String superuser;
    final String password;
    public final int postgres;
    final Path keyFile;

    /** May verify every backup. */
    final TestProducer operations = TestProducer.named("operations");

    /** May verify backups of the source "light" only. */
    final TestProducer limited = TestProducer.named("limited");

    Site(
            @ConfigProperty(name = "holdfast.test.s3.endpoint") URI s3,
            @ConfigProperty(name = "holdfast.test.s3.bucket") String bucket,
            @ConfigProperty(name = "holdfast.test.s3.access-key") String accessKey,
            @ConfigProperty(name = "holdfast.test.s3.secret-key") String secretKey,
            @ConfigProperty(name = "holdfast.test.postgres.superuser") String superuser,
            @ConfigProperty(name = "holdfast.test.postgres.password") String password,
            @ConfigProperty(name = "holdfast.test.postgres.port") int postgres)
            throws IOException {
        this.s3 = s3;
        this.bucket = bucket;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.superuser = superuser;
        this.password = password;
        this.postgres = postgres;
        this.keyFile = ProcessTempDirectory.directory("key-").resolve("vault.key");
        this.vault = new FaultInjectionProxy(s3.getHost(), s3.getPort());
        this.scratch = new FaultInjectionProxy("127.0.0.1", postgres);
    }

    @Produces
    @Singleton
    public LiveConfig live() {
        HoldfastConfig config = config();
        return () -> config;
    }

    public HoldfastConfig config() {
        return config("");
    }

    /** With a server for proofs. */
    HoldfastConfig namingScratch() {
        return config("scratch: { postgres: { url: \"postgresql://%s@127.0.0.1:%d/postgres\", password: { env: PG } } }"
                .formatted(superuser, scratch.port()));
    }

    /** Source "masked" and others whose drills are to replace the database of another one. */
    private String stagingSources() {
        String mask = "[\"update app.clients set name = 'masked ' || id\"]";
        return String.join(
                "\n    ",
                drilled("masked", "stage", mask),
                drilled("clumsy", "stage", "[\"update app.nothing set name = ''\"]"),
                drilled("bare", "stage", "[\"-- to be written\", \" ; \"]"),
                drilled(
                        "emptied",
                        "stage",
                        "[\"update app.clients set name = 'masked ' || id\", \"truncate app.tickets\"]"),
                drilled("careless", "grand", mask),
                drilled("twin", "mirror", mask),
                drilled("hasty", "guarded", mask),
                source(
                        "stage",
                        "stage",
                        "environment: staging, approval: none, checks: { sql: [ { name: nobody is known, query:"
                                + " \"select count(*) from app.clients where not starts_with(name, 'masked ')\","
                                + " expect: 0 } ] }"),
                source("grand", "grand", "environment: production, approval: none"),
                source("mirror", "shop", "environment: staging, approval: none"),
                source("guarded", "guarded", "environment: staging"));
    }

    private String drilled(String name, String staging, String mask) {
        return source(name, "shop", "drill: { staging: { database: " + staging + ", mask: " + mask + " } }");
    }

    private String source(String name, String database, String more) {
        return name + ": { engine: postgres, url: \"postgresql://" + superuser + "@127.0.0.1:" + postgres + "/"
                + database + "\", password: { env: PG }, " + more + " }";
    }

    private HoldfastConfig config(String scratchSection) {
        String yaml = """
                holdfast:
                  vault: { endpoint: "http://127.0.0.1:%d", path-style: true, bucket: %s, access-key: { env: S3_KEY },
                           secret-key: { env: S3_SECRET }, key-file: %s }
                  %s
                  sources:
                    shop: { engine: postgres, url: "postgresql://%s@127.0.0.1:%d/shop", password: { env: PG },
                            checks: {
                              orphans: [ { child: app.tickets.client, parent: app.clients.id } ],
                              sql: [ { name: nobody is new, query: "select count(*) from app.clients", expect: 0 } ] } }
                    light: { engine: postgres, url: "postgresql://%s@127.0.0.1:%d/shop", password: { env: PG },
                             verify: { level: intact } }
                    hourly: { engine: postgres, url: "postgresql://%s@127.0.0.1:%d/shop", password: { env: PG },
                              schedule: { drills: ["0 * * * *"] } }
                    paused: { engine: postgres, url: "postgresql://%s@127.0.0.1:%d/shop", password: { env: PG },
                              schedule: { drills: ["0 * * * *"] } }
                    slow: { engine: postgres, url: "postgresql://%s@127.0.0.1:%d/shop", password: { env: PG },
                            objectives: { rto: 30m } }
                    empty: { engine: postgres, url: "postgresql://%s@127.0.0.1:%d/shop", password: { env: PG } }
                    %s
                  access: { anonymous: [admin], producers: {
                    %s,
                    %s } }
                """.formatted(
                vault.port(),
                bucket,
                keyFile,
                scratchSection,
                superuser,
                postgres,
                superuser,
                postgres,
                superuser,
                postgres,
                superuser,
                postgres,
                superuser,
                postgres,
                superuser,
                postgres,
                stagingSources(),
                operations.configuration(requireNonNull(keyFile.getParent()), "roles: [operator]"),
                limited.configuration(requireNonNull(keyFile.getParent()), "roles: [operator], sources: [light]"));
        return HoldfastConfig.parse(
                yaml,
                Path.of("holdfast.yaml"),
                Environment.of(Map.of("S3_KEY", accessKey, "S3_SECRET", secretKey, "PG", password)));
    }
}
