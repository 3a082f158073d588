package io.holdfast.notifier.delivery;

import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stack, and a holdfast.yaml whose channels lead to its catcher. The rules of alerts are evaluated only with the argument
 * {@code alerts: on}: other tests count messages.
 */
public final class NotifierStack implements QuarkusTestResourceLifecycleManager {
    /** Part of every secret, so that it can be looked for where it must not be. */
    static final String SECRET = "T0P-S3CRET";

    private final DevStackResource stack = new DevStackResource();
    private @Nullable Path folder;
    private boolean alerts;
    private final Monitor monitor = Monitor.open();

    @Override
    public void init(Map<String, String> arguments) {
        alerts = "on".equals(arguments.get("alerts"));
        stack.init(Map.of("service", "notifier"));
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> config = new LinkedHashMap<>(stack.start());
        try {
            Path files = Files.createTempDirectory("notifier-test");
            folder = files;
            String http = Objects.requireNonNull(config.get("holdfast.test.catcher.http"));
            Files.writeString(files.resolve("slack.url"), http + "/slack/ops-" + SECRET + "\n");
            Files.writeString(files.resolve("dead.url"), "http://127.0.0.1:9/" + SECRET);
            Files.writeString(files.resolve("broken.url"), "no url " + SECRET);
            Files.writeString(files.resolve("token"), SECRET);
            Files.writeString(files.resolve("bot-token"), "xoxb-" + SECRET + "\n");
            Files.writeString(files.resolve("teams.url"), http + "/teams/ops-" + SECRET + "\n");
            Files.writeString(files.resolve("denied.url"), http + "/status/403?" + SECRET + "\n");
            Files.writeString(
                    files.resolve("holdfast.yaml"), yaml(http, config.get("holdfast.test.catcher.smtp-port")));
            config.put("holdfast.config", files.resolve("holdfast.yaml").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        config.put("holdfast.reload.poll", "100ms");
        config.put("holdfast.alerts.warm-up", alerts ? "1ms" : "1h");
        config.put("holdfast.alerts.every", "200ms");
        config.put("holdfast.deliveries.attempts", "3");
        config.put("holdfast.deliveries.pause-min", "100ms");
        config.put("holdfast.deliveries.pause-max", "200ms");
        return config;
    }

    private String yaml(String http, @Nullable String smtpPort) {
        return """
                holdfast:
                  access: { anonymous: [admin] }
                  vault: { bucket: backups, key-file: vault.key }
                  channels:
                    ops: { type: slack, webhook: { file: slack.url }, events: %1$s }
                    mail:
                      type: email
                      to: [dba@example.com, lead@example.com]
                      from: holdfast@example.com
                      smtp: { host: 127.0.0.1, port: %2$s, starttls: false }
                      events: %1$s
                    hook: { type: webhook, url: "%3$s/webhook/%4$s", token: { file: token }, events: %1$s }
                    lead: { type: webhook, url: "%3$s/webhook/lead", events: [restore-failed] }
                    bot: { type: slack, bot-token: { file: bot-token }, channel: "#backups", api-url: "%3$s/slack-api", events: %1$s }
                    team: { type: teams, webhook: { file: teams.url }, events: %1$s }
                    pager: { type: pagerduty, routing-key: { file: token }, url: "%3$s/pagerduty/v2/enqueue", events: [restore-awaiting-approval, restore-completed] }
                    duty: { type: pagerduty, routing-key: { file: token }, url: "%3$s/pagerduty/v2/enqueue", events: [backup-failed, alert-resolved], digest: none }
                    signed: { type: webhook, url: "%3$s/webhook/signed", signing-secret: { file: token }, events: %1$s }
                    denied: { type: teams, webhook: { file: denied.url }, events: %1$s }
                    dead: { type: slack, webhook: { file: dead.url }, events: %1$s }
                    broken: { type: slack, webhook: { file: broken.url }, events: %1$s }
                    unset: { type: slack, webhook: { env: HOLDFAST_TEST_NO_SUCH_VARIABLE }, events: %1$s }
                  notifications:
                    notify: [ops]
                    group-wait: 1s
                    group-interval: 2s
                    heartbeat: { url: "%5$s", every: 1s }
                    escalation: { vip: [ { notify: [dead], after: 0m }, { notify: [lead], after: 1h } ] }
                  sources:
                    portal: { engine: sqlite, url: "sqlite:/data/portal.db", notify: [ops, mail, hook] }
                    shop: { engine: sqlite, url: "sqlite:/data/shop.db", notify: [dead, broken, unset, ops] }
                    ledger: { engine: sqlite, url: "sqlite:/data/ledger.db", notify: [ops], environment: production }
                    vip: { engine: sqlite, url: "sqlite:/data/vip.db", environment: production, escalation: vip }
                    till: { engine: sqlite, url: "sqlite:/data/till.db", environment: production }
                    oncall: { engine: sqlite, url: "sqlite:/data/oncall.db", environment: production, notify: [duty] }
                    late: { engine: sqlite, url: "sqlite:/data/late.db", schedule: { backups: ["0 0 * * *"] } }
                    fleet: { engine: sqlite, url: "sqlite:/data/fleet.db", notify: [bot, team, pager, signed] }
                    gated: { engine: sqlite, url: "sqlite:/data/gated.db", notify: [denied, bot] }
                    letters: { engine: sqlite, url: "sqlite:/data/letters.db", notify: [mail] }
                """.formatted(ALL_EVENTS, smtpPort, http, "hook-" + SECRET, monitor.url());
    }

    private static final String ALL_EVENTS = "[backup-completed, backup-failed, backup-proven, backup-unproven,"
            + " verification-failed, restore-completed, restore-failed, restore-rolled-back, alert-raised,"
            + " alert-resolved, request-rejected]";

    @Override
    public void inject(TestInjector injector) {
        stack.inject(injector);
        injector.injectIntoFields(monitor, new TestInjector.MatchesType(Monitor.class));
    }

    @Override
    public void stop() {
        stack.stop();
        monitor.close();
        if (folder != null) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
