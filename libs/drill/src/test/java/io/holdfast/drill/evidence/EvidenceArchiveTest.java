package io.holdfast.drill.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.drill.DrillReport;
import io.holdfast.drill.Reports;
import io.holdfast.drill.evidence.EvidenceResult.Finding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** Whatever is done to an archive is noticed, and named. */
class EvidenceArchiveTest {
    private static final KeyPair KEY = keyPair();
    private static final DrillReport REPORT = Reports.passed();

    private final byte[] archive = archive(KEY);
    private final Map<String, byte[]> members = members(archive);

    @Test
    void anArchiveVerifiesAndHasTheSameBytesEachTime() throws Exception {
        EvidenceResult result = verify(archive);

        assertThat(result.findings()).isEmpty();
        assertThat(result.report()).isEqualTo(REPORT);
        assertThat(archive(KEY)).isEqualTo(archive);
        assertThat(members.keySet())
                .containsExactly(
                        "report.json",
                        "report.md",
                        "report.html",
                        "backup-manifest.bin",
                        "verdicts.json",
                        "versions.json",
                        "activity.jsonl",
                        "MANIFEST",
                        "SIGNATURE");
        assertThat(members.get("backup-manifest.bin")).isEqualTo(new byte[] {9, 8, 7, 0, 1});
        assertThat(new String(Objects.requireNonNull(members.get("activity.jsonl")), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":1}\n{\"b\":2}\n");
    }

    @Test
    void aFlippedBitInAMemberIsFoundAndTheMemberNamed() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            for (int i = 0; i < 20; i++) {
                byte[] content = member.getValue().clone();
                int bit = random.nextInt(content.length * 8);
                content[bit / 8] ^= (byte) (1 << (bit % 8));

                String named = switch (member.getKey()) {
                    case "MANIFEST", "SIGNATURE" -> "";
                    default -> member.getKey();
                };
                // with a right checksum, as somebody writes who changes a member on purpose
                EvidenceResult result = verify(zip(with(member.getKey(), content)));
                assertThat(result.findings())
                        .as("%s bit %s", member.getKey(), bit)
                        .isNotEmpty();
                assertThat(result.findings())
                        .allMatch(finding -> named.isEmpty() || finding.member().equals(named))
                        .extracting(Finding::fault)
                        .isSubsetOf(
                                EvidenceFault.MEMBER_CHANGED, EvidenceFault.SIGNATURE_WRONG, EvidenceFault.OTHER_KEY);
            }
        }
    }

    @Test
    void aFlippedBitInAnyByteOfTheFileIsFound() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        int report = archive.length - 3000; // the headers, MANIFEST, SIGNATURE and the directory lie behind it
        for (int at = 0; at < archive.length; at += at < 60 || at > report ? 1 : random.nextInt(1, 200)) {
            byte[] bad = archive.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));

            EvidenceResult result = verify(bad);
            assertThat(result.valid()).as("byte %s", at).isFalse();
            assertThat(result.report()).isNull();
        }
    }

    @Test
    void aChecksumThatWasChangedInBothItsPlacesIsFound() throws Exception {
        byte[] bad = archive.clone();
        int directory = StoredZip.littleEndian(archive).getInt(archive.length - 6);
        bad[14] ^= 1;
        bad[directory + 16] ^= 1;

        assertFault(bad, EvidenceFault.STRUCTURE_DAMAGED, "report.json");
    }

    @Test
    void aTruncatedFileIsFoundAtEveryLength() throws Exception {
        for (int length = 0;
                length < archive.length;
                length += length < 60 || length > archive.length - 700 ? 1 : 997) {
            assertThat(verify(Arrays.copyOf(archive, length)).findings())
                    .as("length %s", length)
                    .extracting(Finding::fault)
                    .contains(EvidenceFault.STRUCTURE_DAMAGED);
        }
    }

    @Test
    void membersThatAreMissingAddedRepeatedOrMovedAreNamed() throws Exception {
        assertFault(zip(without("verdicts.json")), EvidenceFault.MEMBER_MISSING, "verdicts.json");
        assertFault(zip(without("SIGNATURE")), EvidenceFault.MEMBER_MISSING, "SIGNATURE");
        assertFault(zip(with("note.txt", new byte[] {1})), EvidenceFault.MEMBER_ADDED, "note.txt");
        assertFault(zip(with("../../etc/cron.d/x", new byte[] {1})), EvidenceFault.MEMBER_ADDED, "../../etc/cron.d/x");

        List<String> names = new ArrayList<>(members.keySet());
        List<byte[]> contents = new ArrayList<>(members.values());
        names.add("report.json");
        contents.add(contents.getFirst());
        assertFault(zip(names, contents), EvidenceFault.MEMBER_DUPLICATED, "report.json");

        names = new ArrayList<>(members.keySet());
        contents = new ArrayList<>(members.values());
        Collections.swap(names, 1, 2);
        Collections.swap(contents, 1, 2);
        assertFault(zip(names, contents), EvidenceFault.MEMBERS_REORDERED, "");
    }

    @Test
    void bytesAroundTheArchiveAreFound() throws Exception {
        assertFault(Arrays.copyOf(archive, archive.length + 1), EvidenceFault.TRAILING_BYTES, "");
        byte[] before = new byte[archive.length + 4];
        System.arraycopy(archive, 0, before, 4, archive.length);
        assertFault(before, EvidenceFault.NOT_AN_ARCHIVE, "");
        assertFault(new byte[0], EvidenceFault.STRUCTURE_DAMAGED, "");
        assertFault("# Restoration".getBytes(StandardCharsets.UTF_8), EvidenceFault.NOT_AN_ARCHIVE, "");
    }

    @Test
    void anArchiveOfAnotherVaultIsNotVerified() throws Exception {
        assertFault(archive(keyPair()), EvidenceFault.OTHER_KEY, "MANIFEST");
    }

    /** Members and lists of one archive in another one with the same key. */
    @Test
    void aMemberOfAnotherDrillIsFound() throws Exception {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        EvidenceArchive.write(new Evidence(Reports.failed(), new byte[] {1}, Map.of(), List.of()), KEY, other);
        byte[] report = Objects.requireNonNull(members(other.toByteArray()).get("report.json"));

        assertFault(zip(with("report.json", report)), EvidenceFault.MEMBER_CHANGED, "report.json");
    }

    @Test
    void aCompressedArchiveIsRefusedUnread() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bomb)) {
            zip.putNextEntry(new ZipEntry("report.json"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                zip.write(zeros);
            }
        }

        assertFault(bomb.toByteArray(), EvidenceFault.STRUCTURE_DAMAGED, "report.json");
    }

    @Test
    void aMemberThatClaimsGigabytesIsRefused() throws Exception {
        byte[] header = StoredZip.localHeader(new StoredZip.Entry("report.json", 0, 0xfffffff0L, 0));

        EvidenceResult result = EvidenceVerifier.verify(
                new SequenceInputStream(new ByteArrayInputStream(header), new ByteArrayInputStream(new byte[100])),
                KEY.getPublic());

        assertThat(result.findings()).extracting(Finding::fault).containsExactly(EvidenceFault.TOO_LARGE);
    }

    @Test
    void aKeyIsReadAsItWasWritten() {
        String pem = EvidenceKeys.pem(KEY.getPublic());

        assertThat(EvidenceKeys.parse(pem)).isEqualTo(KEY.getPublic());
        assertThat(EvidenceKeys.parse(pem.replace("\n", "\r\n"))).isEqualTo(KEY.getPublic());
        for (String wrong :
                List.of("", "ssh-ed25519 AAAA", pem.replace("MC", "MD"), pem.replace("PUBLIC", "PRIVATE"))) {
            assertThatThrownBy(() -> EvidenceKeys.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void assertFault(byte[] file, EvidenceFault fault, String member) throws IOException {
        EvidenceResult result = verify(file);

        assertThat(result.valid()).isFalse();
        assertThat(result.findings())
                .as("%s", result.findings())
                .anyMatch(
                        finding -> finding.fault() == fault && finding.member().equals(member));
    }

    private static EvidenceResult verify(byte[] file) throws IOException {
        return EvidenceVerifier.verify(new ByteArrayInputStream(file), KEY.getPublic());
    }

    private static byte[] archive(KeyPair key) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Evidence evidence = new Evidence(
                    REPORT,
                    new byte[] {9, 8, 7, 0, 1},
                    Map.of("holdfast", "1.0", "server", "17.2", "pg_restore", "17.4"),
                    List.of("{\"a\":1}", "{\"b\":2}"));
            EvidenceArchive.write(evidence, key, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, byte[]> with(String name, byte[] content) {
        Map<String, byte[]> changed = new LinkedHashMap<>(members);
        changed.put(name, content);
        return changed;
    }

    private Map<String, byte[]> without(String name) {
        Map<String, byte[]> changed = new LinkedHashMap<>(members);
        changed.remove(name);
        return changed;
    }

    private static byte[] zip(Map<String, byte[]> members) throws IOException {
        return zip(List.copyOf(members.keySet()), List.copyOf(members.values()));
    }

    private static byte[] zip(List<String> names, List<byte[]> contents) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StoredZip.write(names, contents, out);
        return out.toByteArray();
    }

    /** By the JDK: any ZIP program reads an archive. */
    private static Map<String, byte[]> members(byte[] archive) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                members.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return members;
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
