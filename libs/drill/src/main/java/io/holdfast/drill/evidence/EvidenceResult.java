package io.holdfast.drill.evidence;

import io.holdfast.drill.DrillReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a verification.
 *
 * @param findings empty if the archive is unchanged and signed with the key
 * @param keyId id of the key that the archive was verified with
 * @param report the signed report; null if there are findings
 */
public record EvidenceResult(
        List<Finding> findings, String keyId, @Nullable DrillReport report) {
    /**
     * One fault.
     *
     * @param member name of the member; empty for the file itself
     */
    public record Finding(EvidenceFault fault, String member, String message) {}

    public EvidenceResult {
        findings = List.copyOf(findings);
    }

    public boolean valid() {
        return findings.isEmpty();
    }
}
