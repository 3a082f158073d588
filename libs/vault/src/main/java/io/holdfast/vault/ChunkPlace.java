package io.holdfast.vault;

/** Which object a chunk is: its id, and which writing of it. */
record ChunkPlace(ChunkId id, int generation) {
    /** Of an object that is no chunk of ours. */
    static final ChunkPlace NOWHERE = new ChunkPlace(new ChunkId(0, 0, 0, 0), -1);

    private static final int HEX = ChunkId.BYTES * 2;

    static ChunkPlace of(StoredChunk chunk) {
        return new ChunkPlace(chunk.id(), chunk.generation());
    }

    /** Of a key's last segment, {@code <id>[.<generation>]}. */
    static ChunkPlace of(String key) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        try {
            if (name.length() == HEX) {
                return new ChunkPlace(ChunkId.parse(name), 0);
            }
            return name.length() > HEX + 1 && name.charAt(HEX) == '.'
                    ? new ChunkPlace(ChunkId.parse(name.substring(0, HEX)), Integer.parseInt(name.substring(HEX + 1)))
                    : NOWHERE;
        } catch (IllegalArgumentException e) {
            return NOWHERE;
        }
    }

    String name() {
        return generation == 0 ? id.toString() : id + "." + generation;
    }
}
