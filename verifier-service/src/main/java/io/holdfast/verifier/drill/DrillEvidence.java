package io.holdfast.verifier.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.SignOff;
import io.holdfast.drill.evidence.Evidence;
import io.holdfast.drill.evidence.EvidenceArchive;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.vault.crypto.EvidenceKey;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.verifier.verification.VerifierVaultProvider;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the evidence of a drill, signed by the vault's key. */
@ApplicationScoped
class DrillEvidence {
    private final VerifierVaultProvider vault;
    private final LiveConfig live;

    DrillEvidence(VerifierVaultProvider vault, LiveConfig live) {
        this.vault = vault;
        this.live = live;
    }

    /**
     * The archive. Blocks.
     *
     * @param kept the backup's manifest as it was at the drill; empty for a drill of a version that did not keep it
     * @throws HoldfastException BACKUP_UNKNOWN if the drill has no report, or neither the drill nor the vault has the manifest
     */
    byte[] of(Drill drill, Optional<DrillManifest> kept) {
        DrillReport report = DrillDocumentResource.written(drill);
        SourceRef source = drill.source().orElseThrow();
        BackupId backup = drill.backupId().orElseThrow();
        byte[] manifest = kept.map(DrillManifest::content).orElseGet(() -> ofVault(source, backup));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            EvidenceArchive.write(
                    new Evidence(report, manifest, versions(report), history(drill)),
                    EvidenceKey.derive(live.current().vault().keyFile()),
                    out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private byte[] ofVault(SourceRef source, BackupId backup) {
        return vault.open()
                .context()
                .store()
                .get(VaultLayout.manifest(source.id(), backup))
                .orElseThrow(() -> HoldfastException.about(
                        backup.toString(),
                        FailureCode.BACKUP_UNKNOWN,
                        "the vault no longer has the manifest of backup " + backup
                                + ", which the evidence contains; take the evidence of a newer drill"));
    }

    private static Map<String, String> versions(DrillReport report) {
        return Map.of(
                "holdfast",
                report.holdfastVersion(),
                report.engine(),
                report.serverVersion(),
                "java",
                Runtime.version().toString());
    }

    /** What verifier-service recorded of the drill; the whole activity log is audit-service's. */
    private static List<String> history(Drill drill) {
        List<String> lines = new ArrayList<>();
        lines.add(line("drill_requested", drill.requestedAt(), drill.requestedBy(), null));
        add(lines, "drill_started", drill.startedAt());
        add(lines, "drill_completed", drill.endedAt());
        drill.verdicts()
                .forEach(verdict -> lines.add(line(
                        verdict.passed() ? "result_passed" : "result_failed",
                        verdict.at(),
                        verdict.who(),
                        verdict.note())));
        SignOff signOff = drill.signOff();
        if (signOff != null) {
            lines.add(line("drill_signed", signOff.at(), signOff.person(), signOff.note()));
        }
        return lines;
    }

    private static void add(List<String> lines, String action, @Nullable Instant at) {
        if (at != null) {
            lines.add(line(action, at, "verifier-service", null));
        }
    }

    private static String line(String action, Instant at, String by, @Nullable String note) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", at);
        fields.put("action", action);
        fields.put("by", by);
        if (note != null) {
            fields.put("note", note);
        }
        try {
            return DrillJson.MAPPER.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the history of a drill cannot be written as JSON", e);
        }
    }
}
