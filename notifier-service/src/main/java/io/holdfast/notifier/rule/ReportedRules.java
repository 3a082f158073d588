package io.holdfast.notifier.rule;

import io.holdfast.notifier.watch.PlatformFacts.ReportedAlert;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** The rule of each alert that another service raises. Pure. */
final class ReportedRules {
    private static final Duration ENDLESS = Duration.ofHours(24);

    private ReportedRules() {}

    static Condition of(ReportedAlert alert) {
        AlertRule rule = rule(alert.name());
        Severity severity = alert.severity().equals(Severity.CRITICAL.name()) ? Severity.CRITICAL : Severity.WARNING;
        return Condition.of(
                        rule,
                        alert.source() == null ? "" : alert.source(),
                        rule == AlertRule.VAULT_UNREACHABLE ? "" : alert.id(), // as VaultRule has it
                        alert.summary(),
                        alert.raisedAt())
                .asBadAs(severity)
                .causedBy(alert.cause() == null ? "" : alert.cause())
                .with("alert", alert.id());
    }

    /**
     * Whether it is still worth an alert: three kinds of a restore are never ended by their service, and the checks of a
     * source that left the configuration are not run again.
     */
    static boolean lasts(ReportedAlert alert, Set<String> configured, Instant now) {
        boolean endless =
                rule(alert.name()) == AlertRule.RESTORE_TROUBLE && !alert.name().equals("restore-watch");
        boolean gone = rule(alert.name()) == AlertRule.CHECKS_FAILED
                && alert.source() != null
                && !configured.contains(alert.source());
        return !gone && !(endless && alert.raisedAt().plus(ENDLESS).isBefore(now));
    }

    static AlertRule rule(String name) {
        return switch (name) {
            case "source-down" -> AlertRule.SOURCE_UNREACHABLE;
            case "rto-at-risk" -> AlertRule.RTO_AT_RISK;
            case "drill-unsigned" -> AlertRule.DRILL_UNSIGNED;
            case "size-anomaly" -> AlertRule.SIZE_ANOMALY;
            case "pause-exceeds-rpo" -> AlertRule.PAUSE_EXCEEDS_RPO;
            case "retention-guard" -> AlertRule.RETENTION_WAITING;
            case "retention-failed" -> AlertRule.DELETION_FAILED;
            case "disk-space" -> AlertRule.DISK_SPACE;
            case "configuration-refused" -> AlertRule.CONFIG_REFUSED;
            case "data-checks-failed" -> AlertRule.CHECKS_FAILED;
            case "not-restorable" -> AlertRule.NOT_RESTORABLE;
            case "ddl-blocked" -> AlertRule.DDL_BLOCKED;
            case "vault-unreachable" -> AlertRule.VAULT_UNREACHABLE;
            case "key-escrow" -> AlertRule.KEY_ESCROW;
            case "approval-waiting" -> AlertRule.APPROVAL_WAITING;
            case "maintenance-not-ended", "restore-not-rolled-back", "restore-safety", "restore-watch" ->
                AlertRule.RESTORE_TROUBLE;
            default -> AlertRule.REPORTED;
        };
    }
}
