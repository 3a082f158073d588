package io.holdfast.vault.format;

/** Which object a chunk is: its id, and which writing of it. */
public record ChunkObjectName(ChunkId id, int generation) {
    /** Of an object that is no chunk of ours. */
    public static final ChunkObjectName NOWHERE = new ChunkObjectName(new ChunkId(0, 0, 0, 0), -1);

    private static final int HEX = ChunkId.BYTES * 2;

    public static ChunkObjectName of(StoredChunk chunk) {
        return new ChunkObjectName(chunk.id(), chunk.generation());
    }

    /** Of a key's last segment, {@code <id>[.<generation>]}. */
    public static ChunkObjectName of(String key) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        try {
            if (name.length() == HEX) {
                return new ChunkObjectName(ChunkId.parse(name), 0);
            }
            return name.length() > HEX + 1 && name.charAt(HEX) == '.'
                    ? new ChunkObjectName(
                            ChunkId.parse(name.substring(0, HEX)), Integer.parseInt(name.substring(HEX + 1)))
                    : NOWHERE;
        } catch (IllegalArgumentException e) {
            return NOWHERE;
        }
    }

    public String name() {
        return generation == 0 ? id.toString() : id + "." + generation;
    }
}
