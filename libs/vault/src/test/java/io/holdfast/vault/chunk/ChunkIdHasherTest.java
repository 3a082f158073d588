package io.holdfast.vault.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.prf.PrfSet;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.format.ChunkId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkIdHasherTest {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);
    private static final BigInteger DIGEST = BigInteger.ONE.shiftLeft(128);

    private final TestVault test = new TestVault();
    private final PrfSet prf = test.vault.context().keys().keys().chunkIds();
    private final ChunkIdHasher names = new ChunkIdHasher(prf);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 15, 16, 17, 4095, 4096, 4097, 4111, 8192, 100_003})
    void theNameIsWhatTheFormatSays(int length) throws Exception {
        byte[] plain = random(length, length);

        assertThat(names.of(test.source, plain, plain.length)).isEqualTo(byTheBook(test.source, plain));
    }

    /** Large words carry into the upper half of the sums. */
    @Test
    void carriesAreNotLost() throws Exception {
        byte[] plain = new byte[3 * ChunkIdHasher.BLOCK];
        Arrays.fill(plain, (byte) 0xff);

        assertThat(names.of(test.source, plain, plain.length)).isEqualTo(byTheBook(test.source, plain));
    }

    @Test
    void everyByteAndTheLengthCount() {
        byte[] plain = random(5000, 1);
        Set<ChunkId> seen = new HashSet<>();
        seen.add(names.of(test.source, plain, plain.length));
        for (int i = 0; i < plain.length; i++) {
            plain[i] ^= 1;
            seen.add(names.of(test.source, plain, plain.length));
            plain[i] ^= 1;
        }
        for (int length = 0; length < 100; length++) {
            seen.add(names.of(test.source, new byte[length], length));
        }

        assertThat(seen).hasSize(1 + plain.length + 100);
    }

    @Test
    void blocksInAnotherOrderHaveAnotherName() {
        byte[] plain = random(2 * ChunkIdHasher.BLOCK, 2);
        byte[] turned = new byte[plain.length];
        System.arraycopy(plain, 0, turned, ChunkIdHasher.BLOCK, ChunkIdHasher.BLOCK);
        System.arraycopy(plain, ChunkIdHasher.BLOCK, turned, 0, ChunkIdHasher.BLOCK);

        assertThat(names.of(test.source, turned, turned.length))
                .isNotEqualTo(names.of(test.source, plain, plain.length));
    }

    @Test
    void theSameRowsOfAnotherSourceOrVaultHaveAnotherName() {
        byte[] plain = random(100, 3);
        ChunkIdHasher elsewhere =
                new ChunkIdHasher(new TestVault().vault.context().keys().keys().chunkIds());

        assertThat(names.of(SourceId.next(InstantSource.system()), plain, plain.length))
                .isNotEqualTo(names.of(test.source, plain, plain.length));
        assertThat(elsewhere.of(test.source, plain, plain.length))
                .isNotEqualTo(names.of(test.source, plain, plain.length));
    }

    /** docs/reference/vault-format.md, word by word. */
    private ChunkId byTheBook(SourceId source, byte[] plain) throws GeneralSecurityException, IOException {
        BigInteger[] key = key();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(source.value().getMostSignificantBits());
        out.writeLong(source.value().getLeastSignificantBits());
        out.write(1);
        out.writeLong(plain.length);
        for (int from = 0; from < plain.length; from += 4096) {
            byte[] block = Arrays.copyOfRange(plain, from, Math.min(plain.length, from + 4096));
            block = Arrays.copyOf(block, (block.length + 15) / 16 * 16);
            out.write(sum(block, key, 0));
            out.write(sum(block, key, 2));
        }
        return ChunkId.of(prf.computePrimary(bytes.toByteArray(), 32));
    }

    private BigInteger[] key() throws GeneralSecurityException {
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        for (int i = 0; key.size() < 4112; i++) {
            byte[] label = "holdfast chunk names 1".getBytes(StandardCharsets.US_ASCII);
            key.writeBytes(prf.computePrimary(
                    ByteBuffer.allocate(label.length + 4).put(label).putInt(i).array(), 32));
        }
        BigInteger[] words = new BigInteger[514];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(key.toByteArray(), i);
        }
        return words;
    }

    private static byte[] sum(byte[] block, BigInteger[] key, int shift) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < block.length / 8; i += 2) {
            BigInteger one = word(block, i).add(key[i + shift]).mod(WORD);
            BigInteger other = word(block, i + 1).add(key[i + 1 + shift]).mod(WORD);
            sum = sum.add(one.multiply(other));
        }
        byte[] big = sum.mod(DIGEST).toByteArray();
        byte[] little = new byte[16];
        for (int i = 0; i < Math.min(16, big.length); i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    private static BigInteger word(byte[] bytes, int index) {
        byte[] big = new byte[8];
        for (int i = 0; i < 8; i++) {
            big[i] = bytes[8 * index + 7 - i];
        }
        return new BigInteger(1, big);
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
