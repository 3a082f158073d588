package io.holdfast.vault;

import java.util.List;

/** Some of the chunks that an unfinished backup has uploaded. */
record JournalPage(List<StoredChunk> chunks) {
    JournalPage {
        chunks = List.copyOf(chunks);
    }
}
