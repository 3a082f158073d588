package io.holdfast.vault.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.StoredChunk;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each of the two guards stands alone: what encryption binds, and what the name says. */
final class ChunkCodecTest {
    private static final byte[] ROWS = "1\tone\n2\ttwo\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "1\tone\n2\tTWO\n".getBytes(StandardCharsets.UTF_8);

    private final TestVault test = new TestVault();
    private final ChunkCodec codec = new ChunkCodec(test.vault.context().keys(), new ChunkBufferPool());
    private final ChunkId id = codec.id(test.source, ROWS, ROWS.length);

    @AfterEach
    void close() {
        codec.close();
    }

    @Test
    void whatWasSealedOpens() throws GeneralSecurityException {
        assertThat(open(test.source, id, codec.seal(test.source, id, ROWS, ROWS.length, 1)))
                .isEqualTo(ROWS);
    }

    @Test
    void whatStandsBehindTheRowsIsNotStored() throws GeneralSecurityException {
        byte[] usedBefore = Arrays.copyOf(ROWS, 100);
        Arrays.fill(usedBefore, ROWS.length, usedBefore.length, (byte) 'x');

        assertThat(codec.id(test.source, usedBefore, ROWS.length)).isEqualTo(id);
        assertThat(open(test.source, id, codec.seal(test.source, id, usedBefore, ROWS.length, 1)))
                .isEqualTo(ROWS);
    }

    @Test
    void anArrayWithRoomIsPackedIntoItself() throws GeneralSecurityException {
        byte[] lines = "1\tone\n2\ttwo\n".repeat(500).getBytes(StandardCharsets.UTF_8);
        ChunkId name = codec.id(test.source, lines, lines.length);
        byte[] roomy = Arrays.copyOf(lines, 2 * lines.length);

        byte[] sealed = codec.seal(test.source, name, roomy, lines.length, 1);

        assertThat(Arrays.copyOf(roomy, lines.length)).isNotEqualTo(lines);
        StoredChunk chunk = new StoredChunk(name, lines.length, sealed.length, 1);
        assertThat(codec.open(test.source, chunk, sealed)).startsWith(lines);
    }

    @Test
    void encryptionBindsTheName() {
        byte[] sealed = codec.seal(test.source, codec.id(test.source, OTHER, OTHER.length), ROWS, ROWS.length, 1);

        assertThatThrownBy(() -> open(test.source, id, sealed))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageNotContaining("another id");
    }

    @Test
    void encryptionBindsTheSource() {
        byte[] sealed = codec.seal(SourceId.next(InstantSource.system()), id, ROWS, ROWS.length, 1);

        assertThatThrownBy(() -> open(test.source, id, sealed))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageNotContaining("another id");
    }

    @Test
    void theNameIsOfTheContent() {
        byte[] sealed = codec.seal(test.source, id, OTHER, OTHER.length, 1);

        assertThatThrownBy(() -> open(test.source, id, sealed))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("another id");
    }

    @Test
    void aChunkOfANewerKeyOpensWithoutOpeningTheVaultAgain() throws GeneralSecurityException {
        Vault elsewhere = Vault.open(test.store, test.key);
        elsewhere.keys().rotate();
        try (ChunkCodec theirs = new ChunkCodec(elsewhere.context().keys(), new ChunkBufferPool())) {
            assertThat(open(test.source, id, theirs.seal(test.source, id, ROWS, ROWS.length, 1)))
                    .isEqualTo(ROWS);
        }
    }

    private byte[] open(SourceId source, ChunkId as, byte[] sealed) throws GeneralSecurityException {
        StoredChunk chunk = new StoredChunk(as, ROWS.length, sealed.length, 1);
        return Arrays.copyOf(codec.open(source, chunk, sealed), ROWS.length);
    }
}
