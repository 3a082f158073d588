package io.holdfast.drill.evidence;

import io.holdfast.drill.evidence.EvidenceResult.Finding;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Reads an archive once from its begin to its end and compares every byte outside of the members with the one that {@link
 * StoredZip} writes. Memory does not depend on the size of the file.
 */
final class ZipScan {
    /** An archive has nine members. */
    private static final int MOST_MEMBERS = 64;

    private static final int LONGEST_NAME = 255;

    /**
     * A member as it is in the file.
     *
     * @param kept its bytes; empty if they are not kept
     */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Member(String name, byte[] sha256, boolean crcMatches, long size, byte[] kept) {}

    /** The scan cannot continue. */
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Finding finding;

        Stop(EvidenceFault fault, String member, String message) {
            super(message, null, false, false);
            this.finding = new Finding(fault, member, message);
        }
    }

    private final DataInputStream in;
    private final Set<String> keep;
    private final int most;
    private final List<Member> members = new ArrayList<>();
    private final List<StoredZip.Entry> entries = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private long offset;

    /**
     * @param keep names of the members whose bytes are kept, each once
     * @param most members with more bytes are not kept
     */
    ZipScan(InputStream in, Set<String> keep, int most) {
        this.in = new DataInputStream(in);
        this.keep = new HashSet<>(keep);
        this.most = most;
    }

    List<Member> members() {
        return members;
    }

    List<Finding> findings() {
        return findings;
    }

    /** @throws IOException only if the file cannot be read */
    void run() throws IOException {
        try {
            int signature = signature();
            if (signature != StoredZip.LOCAL) {
                throw new Stop(EvidenceFault.NOT_AN_ARCHIVE, "", "the file does not begin as an archive");
            }
            while (signature == StoredZip.LOCAL) {
                member();
                signature = signature();
            }
            directory(signature);
        } catch (Stop stop) {
            findings.add(stop.finding);
        } catch (EOFException e) {
            findings.add(new Finding(EvidenceFault.STRUCTURE_DAMAGED, "", "the file ends within a header or a member"));
        }
    }

    private int signature() throws IOException {
        return Integer.reverseBytes(in.readInt());
    }

    private void member() throws IOException, Stop {
        byte[] rest = new byte[StoredZip.LOCAL_BYTES - 4];
        in.readFully(rest);
        ByteBuffer fields = StoredZip.littleEndian(rest);
        int length = Short.toUnsignedInt(fields.getShort(22));
        if (members.size() == MOST_MEMBERS || length == 0 || length > LONGEST_NAME) {
            throw new Stop(
                    EvidenceFault.STRUCTURE_DAMAGED,
                    "",
                    "header of member " + (members.size() + 1) + " is not one of an archive");
        }
        byte[] name = new byte[length];
        in.readFully(name);
        StoredZip.Entry entry = new StoredZip.Entry(
                new String(name, StandardCharsets.US_ASCII),
                Integer.toUnsignedLong(fields.getInt(10)),
                Integer.toUnsignedLong(fields.getInt(18)),
                offset);
        byte[] expected = StoredZip.localHeader(entry);
        if (!Arrays.equals(expected, 4, StoredZip.LOCAL_BYTES, rest, 0, rest.length)
                || !Arrays.equals(expected, StoredZip.LOCAL_BYTES, expected.length, name, 0, name.length)) {
            throw new Stop(
                    EvidenceFault.STRUCTURE_DAMAGED,
                    shown(entry.name()),
                    "header of " + shown(entry.name()) + " is not one that Holdfast writes");
        }
        if (offset + entry.size() > StoredZip.LARGEST) {
            throw new Stop(
                    EvidenceFault.TOO_LARGE,
                    shown(entry.name()),
                    shown(entry.name()) + " has " + entry.size() + " bytes");
        }
        content(entry);
        entries.add(entry);
        offset += expected.length + entry.size();
    }

    private void content(StoredZip.Entry entry) throws IOException {
        MessageDigest sha256 = EvidenceKeys.sha256();
        CRC32 crc = new CRC32();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean kept = entry.size() <= most && keep.remove(entry.name());
        byte[] buffer = new byte[1 << 16];
        long left = entry.size();
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException();
            }
            sha256.update(buffer, 0, read);
            crc.update(buffer, 0, read);
            if (kept) {
                bytes.write(buffer, 0, read);
            }
            left -= read;
        }
        members.add(new Member(
                shown(entry.name()),
                sha256.digest(),
                crc.getValue() == entry.crc(),
                entry.size(),
                bytes.toByteArray()));
    }

    private void directory(int signature) throws IOException, Stop {
        byte[] expected = StoredZip.directory(entries, offset);
        byte[] found = in.readNBytes(expected.length - 4 + 1);
        boolean same = signature == StoredZip.CENTRAL
                && found.length >= expected.length - 4
                && Arrays.equals(expected, 4, expected.length, found, 0, expected.length - 4);
        if (!same) {
            throw new Stop(EvidenceFault.STRUCTURE_DAMAGED, "", "the directory of the file does not match its members");
        }
        if (found.length > expected.length - 4) {
            throw new Stop(EvidenceFault.TRAILING_BYTES, "", "the file has bytes behind its end");
        }
    }

    /** A name from a file may hold anything. */
    private static String shown(String name) {
        return name.replaceAll("[^A-Za-z0-9._/-]", "?");
    }
}
