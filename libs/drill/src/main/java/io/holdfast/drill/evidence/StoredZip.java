package io.holdfast.drill.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The subset of ZIP (APPNOTE 6.3.10) that an archive uses: stored members, no extra fields, no comments, one fixed time. So
 * the bytes of a file follow from its members alone, and nothing in it is compressed.
 */
final class StoredZip {
    static final int LOCAL = 0x04034b50;
    static final int CENTRAL = 0x02014b50;
    static final int LOCAL_BYTES = 30;
    /** The largest member, and the largest archive, in bytes. */
    static final long LARGEST = Integer.MAX_VALUE;

    private static final int END = 0x06054b50;
    private static final short NEEDED = 10;
    private static final short MADE_BY_UNIX = 0x031e;
    /** 1980-01-01, the first date of ZIP. */
    private static final short DATE = 0x21;
    /** A file that its owner may write and everybody may read. */
    private static final int ATTRIBUTES = 0100644 << 16;

    /** One member as its headers describe it. */
    record Entry(String name, long crc, long size, long offset) {}

    private StoredZip() {}

    /** Writes all of a file. */
    static void write(List<String> names, List<byte[]> contents, OutputStream out) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < names.size(); i++) {
            byte[] content = contents.get(i);
            CRC32 crc = new CRC32();
            crc.update(content);
            Entry entry = new Entry(names.get(i), crc.getValue(), content.length, offset);
            byte[] header = localHeader(entry);
            out.write(header);
            out.write(content);
            entries.add(entry);
            offset += header.length + (long) content.length;
        }
        if (offset > LARGEST) {
            throw new IllegalArgumentException(
                    "the archive would have " + offset + " bytes; at most " + LARGEST + " are allowed");
        }
        out.write(directory(entries, offset));
    }

    static byte[] localHeader(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer header = buffer(LOCAL_BYTES + name.length).putInt(LOCAL);
        return common(header, entry, name).putShort((short) 0).put(name).array();
    }

    /** Everything behind the members. */
    static byte[] directory(List<Entry> entries, long begin) {
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            byte[] name = entry.name().getBytes(StandardCharsets.US_ASCII);
            ByteBuffer header = buffer(46 + name.length).putInt(CENTRAL).putShort(MADE_BY_UNIX);
            common(header, entry, name).putShort((short) 0).putShort((short) 0); // no extra field, no comment
            header.putShort((short) 0).putShort((short) 0).putInt(ATTRIBUTES); // first disk, binary
            directory.writeBytes(header.putInt((int) entry.offset()).put(name).array());
        }
        short count = (short) entries.size();
        ByteBuffer end = buffer(22)
                .putInt(END)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(count)
                .putShort(count);
        directory.writeBytes(end.putInt(directory.size())
                .putInt((int) begin)
                .putShort((short) 0)
                .array());
        return directory.toByteArray();
    }

    /** The fields from "version needed" to the length of the name. */
    private static ByteBuffer common(ByteBuffer header, Entry entry, byte[] name) {
        header.putShort(NEEDED).putShort((short) 0).putShort((short) 0); // no flags, stored
        header.putShort((short) 0).putShort(DATE).putInt((int) entry.crc());
        return header.putInt((int) entry.size()).putInt((int) entry.size()).putShort((short) name.length);
    }

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
