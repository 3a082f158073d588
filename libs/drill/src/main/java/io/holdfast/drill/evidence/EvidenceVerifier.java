package io.holdfast.drill.evidence;

import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.evidence.EvidenceResult.Finding;
import io.holdfast.drill.evidence.ZipScan.Member;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies archives of {@link EvidenceArchive}. An archive is valid if each of its bytes is the one that was written: no
 * member was changed, removed, added, repeated or moved, and nothing was put around them. Needs no network, vault or service.
 */
public final class EvidenceVerifier {
    private static final List<String> ORDER = Stream.concat(
                    EvidenceArchive.MEMBERS.stream(), Stream.of(EvidenceArchive.MANIFEST, EvidenceArchive.SIGNATURE))
            .toList();
    private static final Set<String> KEPT =
            Set.of(EvidenceArchive.REPORT, EvidenceArchive.MANIFEST, EvidenceArchive.SIGNATURE);
    private static final String KEY_LINE = "# key ";
    private static final int LARGEST_MANIFEST = 1 << 14;

    private final PublicKey key;
    private final List<Finding> findings = new ArrayList<>();
    private List<Member> members = List.of();

    private EvidenceVerifier(PublicKey key) {
        this.key = key;
    }

    /**
     * Verifies a file. Needs about 50 MiB of memory at most, whatever is in the file.
     *
     * @throws IOException only if the file cannot be read
     */
    public static EvidenceResult verify(Path file, PublicKey key) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return verify(in, key);
        }
    }

    /** Verifies an archive up to the end of the stream, which is not closed. */
    public static EvidenceResult verify(InputStream in, PublicKey key) throws IOException {
        return new EvidenceVerifier(key).run(new BufferedInputStream(in, 1 << 16));
    }

    private EvidenceResult run(InputStream in) throws IOException {
        ZipScan scan = new ZipScan(in, KEPT, EvidenceArchive.LARGEST_REPORT);
        scan.run();
        members = scan.members();
        findings.addAll(scan.findings());
        boolean complete = findings.isEmpty();
        if (complete) {
            names();
        }
        signature(complete);
        DrillReport report = findings.isEmpty() ? report() : null;
        return new EvidenceResult(findings, EvidenceKeys.id(key), findings.isEmpty() ? report : null);
    }

    private void names() {
        List<String> found = members.stream().map(Member::name).toList();
        Set<String> seen = new HashSet<>();
        for (String name : found) {
            if (!ORDER.contains(name)) {
                add(EvidenceFault.MEMBER_ADDED, name, name + " is no member of an archive");
            } else if (!seen.add(name)) {
                add(EvidenceFault.MEMBER_DUPLICATED, name, name + " is there twice");
            }
        }
        for (String name : ORDER) {
            if (!seen.contains(name)) {
                add(EvidenceFault.MEMBER_MISSING, name, name + " is missing");
            }
        }
        if (findings.isEmpty() && !found.equals(ORDER)) {
            add(EvidenceFault.MEMBERS_REORDERED, "", "the members are in another order than they were written");
        }
    }

    /** The signature, and then the members against the signed list. Both also of a damaged file, to name what was changed. */
    private void signature(boolean complete) {
        Member manifest = first(EvidenceArchive.MANIFEST).orElse(null);
        Member signature = first(EvidenceArchive.SIGNATURE).orElse(null);
        if (manifest == null || signature == null || manifest.size() > LARGEST_MANIFEST) {
            if (complete && manifest != null && manifest.size() > LARGEST_MANIFEST) {
                add(EvidenceFault.TOO_LARGE, manifest.name(), "MANIFEST has " + manifest.size() + " bytes");
            }
            return;
        }
        String text = new String(manifest.kept(), StandardCharsets.UTF_8);
        if (!isSigned(manifest.kept(), signature.kept())) {
            String named = keyId(text);
            if (named != null && !named.equals(EvidenceKeys.id(key))) {
                add(
                        EvidenceFault.OTHER_KEY,
                        EvidenceArchive.MANIFEST,
                        "the archive names key " + named + ", it was verified with key " + EvidenceKeys.id(key));
            } else {
                add(
                        EvidenceFault.SIGNATURE_WRONG,
                        EvidenceArchive.SIGNATURE,
                        "MANIFEST is not what was signed with key " + EvidenceKeys.id(key));
            }
            return;
        }
        contents(text);
    }

    private void contents(String manifest) {
        List<String> lines = manifest.lines().toList();
        for (Member member : members) {
            boolean listed = EvidenceArchive.MEMBERS.contains(member.name());
            if (listed
                    && !lines.contains(
                            EvidenceArchive.line(member.sha256(), member.name()).strip())) {
                add(EvidenceFault.MEMBER_CHANGED, member.name(), member.name() + " is not what was signed");
            } else if (!member.crcMatches()) {
                add(
                        EvidenceFault.STRUCTURE_DAMAGED,
                        member.name(),
                        "the checksum of " + member.name() + " was changed");
            }
        }
    }

    private @Nullable DrillReport report() {
        Member member = first(EvidenceArchive.REPORT).orElseThrow();
        try {
            DrillReport report = DrillJson.read(new String(member.kept(), StandardCharsets.UTF_8));
            String manifest =
                    new String(first(EvidenceArchive.MANIFEST).orElseThrow().kept(), StandardCharsets.UTF_8);
            if (manifest.lines().anyMatch(("# drill " + report.drillId())::equals)) {
                return report;
            }
            add(
                    EvidenceFault.REPORT_UNREADABLE,
                    member.name(),
                    "report.json is of drill " + report.drillId() + ", MANIFEST of another");
        } catch (IllegalArgumentException e) {
            add(EvidenceFault.REPORT_UNREADABLE, member.name(), "report.json: " + e.getMessage());
        }
        return null;
    }

    private boolean isSigned(byte[] manifest, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(manifest);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a signature of another length
        }
    }

    private static @Nullable String keyId(String manifest) {
        return manifest.lines()
                .filter(line -> line.startsWith(KEY_LINE))
                .map(line -> line.substring(KEY_LINE.length()))
                .filter(id -> id.matches("[0-9a-f]{32}"))
                .findFirst()
                .orElse(null);
    }

    private Optional<Member> first(String name) {
        return members.stream().filter(member -> member.name().equals(name)).findFirst();
    }

    private void add(EvidenceFault fault, String member, String message) {
        findings.add(new Finding(fault, member, message));
    }
}
