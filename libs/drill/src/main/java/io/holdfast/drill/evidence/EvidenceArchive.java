package io.holdfast.drill.evidence;

import io.holdfast.drill.DrillCheck;
import io.holdfast.drill.DrillHtml;
import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillMarkdown;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.ExternalVerdict;
import io.holdfast.drill.NegativeControl;
import io.holdfast.drill.SignOff;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the signed archive of a drill, a ZIP file. The same evidence and key give the same bytes.
 *
 * <p>The member MANIFEST has the SHA-256 of each member before it, in the format of {@code sha256sum}. SIGNATURE is the
 * Ed25519 signature of MANIFEST. So {@code sha256sum} and OpenSSL verify an archive too.
 */
public final class EvidenceArchive {
    public static final String REPORT = "report.json";
    /** Named so that it does not replace MANIFEST where file names do not distinguish upper and lower case. */
    public static final String BACKUP_MANIFEST = "backup-manifest.bin";

    static final String MANIFEST = "MANIFEST";
    static final String SIGNATURE = "SIGNATURE";
    /** All members before MANIFEST, in their order. */
    static final List<String> MEMBERS = List.of(
            REPORT, "report.md", "report.html", BACKUP_MANIFEST, "verdicts.json", "versions.json", "activity.jsonl");

    /** Bytes that a verification keeps of a report. */
    static final int LARGEST_REPORT = 16 << 20;

    private record Verdicts(
            boolean passed,
            @Nullable String failure,
            List<DrillCheck> checks,
            List<NegativeControl> controls,
            List<ExternalVerdict> external,
            @Nullable SignOff signOff) {
        static Verdicts of(DrillReport report) {
            return new Verdicts(
                    report.passed(),
                    report.failure(),
                    report.checks(),
                    report.controls(),
                    report.verdicts(),
                    report.signOff());
        }
    }

    private EvidenceArchive() {}

    /**
     * Writes the archive.
     *
     * @param key the signing key of the vault (Ed25519)
     * @param out not closed
     * @throws IllegalArgumentException if the report has more than 16 MiB or the archive more than 2 GiB
     */
    public static void write(Evidence evidence, KeyPair key, OutputStream out) throws IOException {
        List<byte[]> contents = new ArrayList<>(contents(evidence));
        byte[] manifest = manifest(evidence.report().drillId(), EvidenceKeys.id(key.getPublic()), contents);
        contents.add(manifest);
        contents.add(sign(manifest, key.getPrivate()));
        List<String> names = new ArrayList<>(MEMBERS);
        names.add(MANIFEST);
        names.add(SIGNATURE);
        StoredZip.write(names, contents, out);
    }

    private static List<byte[]> contents(Evidence evidence) {
        DrillReport report = evidence.report();
        byte[] json = utf8(DrillJson.write(report));
        if (json.length > LARGEST_REPORT) {
            throw new IllegalArgumentException(
                    "the report has " + json.length + " bytes of JSON; at most " + LARGEST_REPORT + " are allowed");
        }
        return List.of(
                json,
                utf8(DrillMarkdown.of(report)),
                utf8(DrillHtml.of(report)),
                evidence.manifest(),
                utf8(DrillJson.text(Verdicts.of(report))),
                utf8(DrillJson.text(evidence.versions())),
                utf8(String.join(
                        "",
                        evidence.activity().stream().map(line -> line + "\n").toList())));
    }

    private static byte[] manifest(String drill, String keyId, List<byte[]> contents) {
        StringBuilder text = new StringBuilder("# Holdfast evidence 1\n");
        text.append("# drill ").append(drill).append('\n');
        text.append("# key ").append(keyId).append('\n');
        for (int i = 0; i < MEMBERS.size(); i++) {
            text.append(line(EvidenceKeys.sha256().digest(contents.get(i)), MEMBERS.get(i)));
        }
        return utf8(text.toString());
    }

    /** One line of MANIFEST. */
    static String line(byte[] sha256, String member) {
        return HexFormat.of().formatHex(sha256) + "  " + member + "\n";
    }

    private static byte[] sign(byte[] manifest, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(manifest);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a signing key of Ed25519", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
