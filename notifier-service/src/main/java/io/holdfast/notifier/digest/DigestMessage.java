package io.holdfast.notifier.digest;

import io.holdfast.config.DigestPeriod;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Notification.Mood;
import io.holdfast.notifier.notice.NumberFormats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The words of a digest. Bounded. Pure. */
final class DigestMessage {
    private static final int LISTED = 40;

    private DigestMessage() {}

    /** @param alerts a line for each open alert of the channel */
    static Notification of(
            DigestPeriod period, DigestReport report, List<String> alerts, String channel, Instant from, Instant slot) {
        long stored =
                report.sources().stream().mapToLong(DigestReport.Line::stored).sum();
        long failed =
                report.sources().stream().mapToLong(DigestReport.Line::failed).sum();
        long proven =
                report.sources().stream().mapToLong(DigestReport.Line::proven).sum();
        long bytes = report.sources().stream()
                .mapToLong(DigestReport.Line::storedBytes)
                .sum();
        boolean well = failed == 0 && alerts.isEmpty();
        String title = (period == DigestPeriod.WEEKLY ? "Weekly" : "Daily") + " digest: "
                + NumberFormats.count(stored, "backup", "backups") + ", "
                + NumberFormats.count(proven, "proof", "proofs")
                + ", " + NumberFormats.count(failed, "failure", "failures") + ", "
                + NumberFormats.count(alerts.size(), "open alert", "open alerts");
        List<String> lines = new ArrayList<>();
        report.sources().stream().limit(LISTED).map(DigestMessage::line).forEach(lines::add);
        if (report.sources().size() > LISTED) {
            lines.add("… and " + (report.sources().size() - LISTED) + " more sources");
        }
        Notification notice = Notification.of(
                        null, "digest/" + channel + "/" + slot, null, well ? Mood.GOOD : Mood.WARNING, title, slot)
                .says(String.join("\n", lines))
                .fact("From", NumberFormats.instant(from))
                .fact("To", NumberFormats.instant(slot))
                .fact("New in the vault", NumberFormats.size(bytes));
        for (String alert : alerts) { // a detail each: channels cut a long one
            notice = notice.fact("Open alert", alert);
        }
        return notice;
    }

    private static String line(DigestReport.Line line) {
        String growth = line.growth() == 0
                ? ""
                : ", " + (line.growth() > 0 ? "grew by " : "shrank by ") + NumberFormats.size(Math.abs(line.growth()));
        return line.source() + ": " + line.stored() + " stored, " + line.proven() + " proven"
                + (line.failed() == 0 ? "" : ", " + line.failed() + " failed")
                + (line.bad() == 0 ? "" : ", " + line.bad() + " bad")
                + (line.inconclusive() == 0 ? "" : ", " + line.inconclusive() + " without a verdict")
                + growth;
    }
}
