package io.holdfast.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import io.holdfast.devstack.ServicePlatformOptions;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import io.holdfast.devstack.history.TemplateHistory;
import io.holdfast.devstack.neon.NeonServer;
import io.holdfast.devstack.rds.RdsServer;
import io.holdfast.devstack.supabase.SupabaseServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A platform with a source on a self-managed server, whose WAL is archived, and sources at providers, whose databases are on a second
 * server. Restores over the live database of {@link #neon} need an approval.
 */
final class RunbookPlatform implements AutoCloseable {
    static final String APPROVER = "approver-of-the-runbook-0123456789abcdef";

    private final DevStack stack = DevStack.start(StackOptions.temporary());
    private final DevStack cloud = DevStack.start(StackOptions.temporary().only(StackComponent.POSTGRES));
    final RunbookApplication application = new RunbookApplication();
    final RunbookSource selfManaged;
    final RunbookSource neon;
    final RunbookSource rds;
    final RunbookSource supabase;
    final NeonServer neonApi;
    final RdsServer rdsApi;
    final SupabaseServer supabaseApi;
    final ServicePlatform services;
    final HoldfastCommand holdfast;

    RunbookPlatform(Path folder) throws IOException, SQLException {
        StackAddresses.Postgres own = stack.addresses().postgres();
        StackAddresses.Postgres there = cloud.addresses().postgres();
        TemplateHistory ofNeon = history(there);
        TemplateHistory ofRds = history(there);
        TemplateHistory ofSupabase = history(there);
        selfManaged = new RunbookSource("selfmanaged", own, null, ChronoUnit.MICROS);
        neon = new RunbookSource("neon", there, ofNeon, ChronoUnit.MILLIS);
        rds = new RunbookSource("rds", there, ofRds, ChronoUnit.SECONDS);
        supabase = new RunbookSource("supabase", there, ofSupabase, ChronoUnit.SECONDS);
        for (RunbookSource source : sources()) {
            source.create();
            application.serve(source);
        }
        neonApi = NeonServer.start(ofNeon, InstantSource.system());
        rdsApi = RdsServer.start(ofRds, InstantSource.system());
        rdsApi.lag(Duration.ZERO);
        supabaseApi = SupabaseServer.start(ofSupabase, supabase.name, InstantSource.system());
        supabaseApi.lag(Duration.ZERO);
        services = ServicePlatform.start(options(folder));
        holdfast = new HoldfastCommand(folder.resolve("commands"), services);
    }

    private static TemplateHistory history(StackAddresses.Postgres server) {
        return new TemplateHistory(server.port(), server.superuser(), server.password());
    }

    List<RunbookSource> sources() {
        return List.of(selfManaged, neon, rds, supabase);
    }

    /** Bodies of the messages to Slack since then, oldest first. */
    List<JsonNode> slack(Instant since) {
        return Rig.items(URI.create(stack.addresses().catcher().http()), "/messages").stream()
                .filter(message -> message.path("kind").asText().equals("slack"))
                .filter(message -> !Instant.parse(message.path("at").asText()).isBefore(since))
                .toList();
    }

    /** The stand-ins list the requests from now on. */
    void forgetRequests() {
        neonApi.requests();
        rdsApi.requests();
        supabaseApi.requests();
    }

    /** Names of what the providers would bill in addition to the sources. */
    List<String> billed() {
        return Stream.concat(neonApi.branches().stream(), rdsApi.billed().stream())
                .toList();
    }

    private ServicePlatformOptions options(Path folder) throws IOException {
        StackAddresses addresses = stack.addresses();
        StackAddresses.S3 s3 = addresses.s3();
        return ServicePlatformOptions.of(
                        addresses,
                        Files.writeString(folder.resolve("holdfast.yaml"), yaml(folder)),
                        Map.ofEntries(
                                Map.entry("E2E_S3_KEY", s3.accessKey()),
                                Map.entry("E2E_S3_SECRET", s3.secretKey()),
                                Map.entry("E2E_OWN", addresses.postgres().password()),
                                Map.entry(
                                        "E2E_CLOUD",
                                        cloud.addresses().postgres().password()),
                                Map.entry("E2E_NEON", neonApi.key()),
                                Map.entry("E2E_RDS_KEY", rdsApi.accessKey()),
                                Map.entry("E2E_RDS_SECRET", "secret-of-rds"),
                                Map.entry("E2E_SUPABASE", supabaseApi.token()),
                                Map.entry("E2E_SLACK", addresses.catcher().http() + "/slack/restores"),
                                Map.entry("E2E_APPROVER", APPROVER),
                                Map.entry("HOLDFAST_RESTORE_REWIND_LOOK", "500ms"),
                                Map.entry("JAVA_TOOL_OPTIONS", Rig.QUICK)),
                        Files.createDirectories(Path.of("target", "logs-runbook")))
                .only(Service.BACKUP, Service.RESTORE, Service.VERIFIER, Service.NOTIFIER);
    }

    private String yaml(Path folder) {
        return """
            holdfast:
              vault: %1$s
              platform: { lease: 8s, heartbeat: 2s }
              sources:
                selfmanaged:
                  engine: postgres
                  url: "%2$s"
                  password: { env: E2E_OWN }
                  approval: none
                  verify: { level: intact }
                  health: "%3$s"
                  wal: { ship: 1s, prove: false, spool: "%4$s" }
                neon:
                  engine: postgres
                  url: "%5$s"
                  password: { env: E2E_CLOUD }
                  verify: { level: intact }
                  health: "%6$s"
                  neon: { project: %7$s, api-key: { env: E2E_NEON }, endpoint: "%8$s" }
                rds:
                  engine: postgres
                  url: "%9$s"
                  password: { env: E2E_CLOUD }
                  approval: none
                  verify: { level: intact }
                  health: "%10$s"
                  rds: { instance: %11$s, region: %12$s, endpoint: "%13$s",
                         access-key: { env: E2E_RDS_KEY }, secret-key: { env: E2E_RDS_SECRET } }
                supabase:
                  engine: postgres
                  url: "%14$s"
                  password: { env: E2E_CLOUD }
                  approval: none
                  verify: { level: intact }
                  health: "%15$s"
                  supabase: { project: %16$s, token: { env: E2E_SUPABASE }, endpoint: "%17$s" }
              channels:
                ops-slack: { type: slack, webhook: { env: E2E_SLACK } }
              notifications:
                notify: [ops-slack]
                events: [restore-awaiting-approval, restore-started, restore-completed, restore-failed]
              access:
                tokens: { ben: { token: { env: E2E_APPROVER }, roles: [approver] } }
            """.formatted(
                        Rig.vault(stack.addresses().s3()),
                        url(stack, selfManaged),
                        application.health(selfManaged.name),
                        folder.resolve("spool"),
                        url(cloud, neon),
                        application.health(neon.name),
                        NeonServer.PROJECT,
                        neonApi.endpoint(),
                        url(cloud, rds),
                        application.health(rds.name),
                        RdsServer.INSTANCE,
                        RdsServer.REGION,
                        rdsApi.endpoint(),
                        url(cloud, supabase),
                        application.health(supabase.name),
                        SupabaseServer.PROJECT,
                        supabaseApi.endpoint());
    }

    private static String url(DevStack server, RunbookSource source) {
        StackAddresses.Postgres postgres = server.addresses().postgres();
        return postgres.uri(postgres.superuser(), source.name);
    }

    @Override
    public void close() {
        services.close();
        supabaseApi.close();
        rdsApi.close();
        neonApi.close();
        application.close();
        cloud.close();
        stack.close();
    }
}
