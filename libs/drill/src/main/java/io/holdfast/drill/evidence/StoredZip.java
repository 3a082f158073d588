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
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
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
        byte[] header = new byte[LOCAL_BYTES + name.length];
        ByteBuffer fields = littleEndian(header).putInt(LOCAL);
        common(fields, entry, name).putShort((short) 0).put(name); // no extra field
        return header;
    }

    /** Everything behind the members. */
    static byte[] directory(List<Entry> entries, long begin) {
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        entries.forEach(entry -> directory.writeBytes(centralHeader(entry)));
        short count = (short) entries.size();
        byte[] end = new byte[END_BYTES];
        ByteBuffer fields = littleEndian(end).putInt(END).putShort((short) 0).putShort((short) 0);
        fields.putShort(count).putShort(count).putInt(directory.size()).putInt((int) begin);
        directory.writeBytes(end);
        return directory.toByteArray();
    }

    private static byte[] centralHeader(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.US_ASCII);
        byte[] header = new byte[CENTRAL_BYTES + name.length];
        ByteBuffer fields = littleEndian(header).putInt(CENTRAL).putShort(MADE_BY_UNIX);
        common(fields, entry, name).putShort((short) 0).putShort((short) 0); // no extra field, no comment
        fields.putShort((short) 0).putShort((short) 0).putInt(ATTRIBUTES); // first disk, binary
        fields.putInt((int) entry.offset()).put(name);
        return header;
    }

    /** The fields from "version needed" to the length of the name. */
    private static ByteBuffer common(ByteBuffer fields, Entry entry, byte[] name) {
        fields.putShort(NEEDED).putShort((short) 0).putShort((short) 0); // no flags, stored
        fields.putShort((short) 0).putShort(DATE).putInt((int) entry.crc());
        return fields.putInt((int) entry.size()).putInt((int) entry.size()).putShort((short) name.length);
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
