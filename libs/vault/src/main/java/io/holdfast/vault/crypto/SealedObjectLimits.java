package io.holdfast.vault.crypto;

import com.github.luben.zstd.Zstd;

/**
 * How large sealed objects may be. Whoever may write to the bucket may put anything in the place of one, and it must not
 * fill the memory of who looks.
 *
 * <p>The largest are manifests: for each chunk 185 bytes of JSON, which is its name twice and some numbers, and 93 sealed. A
 * GiB of JSON names 5.8 million chunks: 90 TiB in chunks of 16 MiB, 22 in those of 4 MiB, 5 in those of 1 MiB. So a table of
 * 10 TB takes a tenth of that, or four tenths where it kept the smaller class.
 *
 * @param json bytes of JSON that are sealed, and opened
 * @param heap bytes of this process's memory
 */
public record SealedObjectLimits(int json, long heap) {
    static final SealedObjectLimits STANDARD =
            new SealedObjectLimits(1 << 30, Runtime.getRuntime().maxMemory());

    /** Nothing that was sealed is longer, even if it did not compress at all. */
    long object() {
        return Zstd.compressBound(json) + 1024;
    }

    /** Fetched, decrypted and taken apart, an object is in memory about four times. */
    long objectInMemory() {
        return heap / 8;
    }

    /** What comes of a manifest's JSON takes about as much memory as the JSON does. */
    long jsonInMemory() {
        return heap / 4;
    }

    /** The heap with which so many bytes of JSON are read, and the object that they are sealed in, which is half as long. */
    long heapFor(long json) {
        return 4 * json;
    }
}
