package io.holdfast.vault.format;

import java.util.List;

/** Some of the chunks that an unfinished backup has uploaded. */
public record JournalPage(List<StoredChunk> chunks) {
    public JournalPage {
        chunks = List.copyOf(chunks);
    }
}
