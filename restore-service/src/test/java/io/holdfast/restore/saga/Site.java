package io.holdfast.restore.saga;

import static java.util.Objects.requireNonNull;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.devstack.neon.NeonServer;
import io.holdfast.devstack.rds.RdsServer;
import io.holdfast.devstack.supabase.SupabaseServer;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.testsupport.producer.TestProducer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the servers are, and the holdfast.yaml that says so: vault and target server stand behind doors. */
@Singleton
public class Site {
    final URI s3;
    final FaultInjectionProxy vault;
    public final FaultInjectionProxy target;
    final String bucket;
    final String accessKey;
    final String secretKey;
    final String superuser;
    final String password;
    public final int postgres;
    public final Portal application = new Portal();
    final Path keyFile;

    /** The project of the source "branched". */
    final NeonProject neon;

    /** Earlier states of the source "instanced". */
    final KeptStates instanceStates;

    /** The region of its instance. */
    final RdsServer rds;

    /** Earlier states of the source "projected". */
    final KeptStates projectStates;

    /** Its project. */
    final SupabaseServer supabase;

    /** May restore every source. */
    public final TestProducer recovery = TestProducer.named("recovery");

    /** May restore the source "desk" only. */
    public final TestProducer limited = TestProducer.named("limited");

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
        this.target = new FaultInjectionProxy("127.0.0.1", postgres);
        this.neon = new NeonProject(postgres, superuser, password);
        this.instanceStates = new KeptStates(postgres, superuser, password);
        this.rds = RdsServer.start(instanceStates, InstantSource.system());
        rds.lag(Duration.ZERO);
        this.projectStates = new KeptStates(postgres, superuser, password);
        this.supabase = SupabaseServer.start(projectStates, "projected", InstantSource.system());
        supabase.lag(Duration.ZERO);
    }

    @Produces
    @Singleton
    public LiveConfig live() {
        HoldfastConfig config = config();
        return () -> config;
    }

    public HoldfastConfig config() {
        return config(keyFile);
    }

    public HoldfastConfig config(Path key) {
        String yaml = """
                holdfast:
                  vault: { endpoint: "http://127.0.0.1:%1$d", path-style: true, bucket: %2$s, access-key: { env: S3_KEY },
                           secret-key: { env: S3_SECRET }, key-file: %3$s }
                  sources:
                    shop: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/shop", password: { env: PG } }
                    nowhere: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:1/shop", password: { env: PG } }
                    stranger: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/shop", password: { env: BAD } }
                    powerless: { engine: postgres, url: "postgresql://powerless@127.0.0.1:%5$d/shop",
                                 password: { env: PG } }
                    notes: { engine: sqlite, url: "sqlite:%6$s" }
                    desk: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/desk", password: { env: PG },
                            approval: none, health: "%7$s/health", watch: { for: 2h, every: 1h },
                            checks: { sql: [ { name: nobody is 777, query: "select count(*) from people where id = 777",
                                               expect: 0 } ] },
                            maintenance: { on: { webhook: "%7$s/on" }, off: { webhook: "%7$s/off" }, timeout: 2s } }
                    guarded: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/guarded", password: { env: PG } }
                    elsewhere: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%8$d/elsewhere", password: { env: PG } }
                    modest: { engine: postgres, url: "postgresql://powerless@127.0.0.1:%5$d/modest", password: { env: PG },
                              approval: none }
                    roled: { engine: postgres, url: "postgresql://roled_reader@127.0.0.1:%5$d/roled", password: { env: PG },
                             restore: { user: roled_owner, password: { env: PG } }, approval: none }
                    readable: { engine: postgres, url: "postgresql://roled_reader@127.0.0.1:%5$d/roled",
                                password: { env: PG }, approval: none }
                    branched: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/branched", password: { env: PG },
                                approval: none,
                                neon: { project: %11$s, api-key: { env: NEON }, endpoint: "%12$s" } }
                    instanced: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/instanced", password: { env: PG },
                                 approval: none, health: "%7$s/health", watch: { for: 2h, every: 1h },
                                 rds: { instance: %13$s, region: %14$s, endpoint: "%15$s",
                                        access-key: { env: RDS_KEY }, secret-key: { env: RDS_SECRET } } }
                    clustered: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/instanced", password: { env: PG },
                                 rds: { cluster: %16$s, region: %14$s, endpoint: "%15$s", instance-class: db.t4g.medium,
                                        access-key: { env: RDS_KEY }, secret-key: { env: RDS_SECRET } } }
                    projected: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/projected", password: { env: PG },
                                 approval: none, health: "%7$s/health", watch: { for: 2h, every: 1h },
                                 supabase: { project: %17$s, token: { env: SUPABASE }, endpoint: "%18$s" } }
                    untried: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/shop", password: { env: PG } }
                    system: { engine: postgres, url: "postgresql://%4$s@127.0.0.1:%5$d/postgres", password: { env: PG },
                              approval: none }
                  access:
                    anonymous: [restorer]
                    tokens:
                      ann: { token: { env: ANN }, roles: [restorer] }
                      ben: { token: { env: BEN }, roles: [approver, restorer] }
                      kim: { token: { env: KIM }, roles: [approver] }
                      eve: { token: { env: EVE }, roles: [viewer] }
                    producers:
                      %9$s
                      %10$s
                """.formatted(
                vault.port(),
                bucket,
                key,
                superuser,
                target.port(),
                notes(),
                application.url(),
                postgres,
                recovery.configuration(requireNonNull(keyFile.getParent()), "roles: [restorer]"),
                limited.configuration(requireNonNull(keyFile.getParent()), "roles: [restorer], sources: [desk]"),
                NeonServer.PROJECT,
                neon.server.endpoint(),
                RdsServer.INSTANCE,
                RdsServer.REGION,
                rds.endpoint(),
                RdsServer.CLUSTER,
                SupabaseServer.PROJECT,
                supabase.endpoint());
        return HoldfastConfig.parse(
                yaml,
                Path.of("holdfast.yaml"),
                Environment.of(Map.ofEntries(
                        Map.entry("S3_KEY", accessKey),
                        Map.entry("S3_SECRET", secretKey),
                        Map.entry("PG", password),
                        Map.entry("BAD", "not " + password),
                        Map.entry("ANN", "token-of-ann"),
                        Map.entry("BEN", "token-of-ben"),
                        Map.entry("KIM", "token-of-kim"),
                        Map.entry("EVE", "token-of-eve"),
                        Map.entry("NEON", neon.server.key()),
                        Map.entry("SUPABASE", supabase.token()),
                        Map.entry("RDS_KEY", rds.accessKey()),
                        Map.entry("RDS_SECRET", "secret-of-rds"))));
    }

    /** The file of the source "notes". */
    public Path notes() {
        return keyFile.resolveSibling("notes.db");
    }
}
