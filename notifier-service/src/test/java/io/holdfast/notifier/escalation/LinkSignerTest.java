package io.holdfast.notifier.escalation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LinkSignerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private final LinkSigner signer = new LinkSigner(LinkSigner.newKey());
    private final UUID id = UUID.randomUUID();

    @Test
    void aTokenNamesItsLinkUntilItExpires() {
        String token = signer.token(id, NOW.plusSeconds(60));

        assertThat(signer.link(token, NOW)).contains(id);
        assertThat(signer.link(token, NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void aTokenWithOneChangedBitIsRefused() {
        byte[] token = Base64.getUrlDecoder().decode(signer.token(id, NOW.plusSeconds(60)));

        for (int i = 0; i < token.length * 8; i++) {
            byte[] changed = token.clone();
            changed[i / 8] ^= (byte) (1 << (i % 8));
            assertThat(signer.link(Base64.getUrlEncoder().withoutPadding().encodeToString(changed), NOW))
                    .as("bit %d", i)
                    .isEmpty();
        }
    }

    @Test
    void tokensOfAnotherKeyAndTextsThatAreNoneAreRefused() {
        String other = new LinkSigner(LinkSigner.newKey()).token(id, NOW.plusSeconds(60));

        assertThat(signer.link(other, NOW)).isEmpty();
        assertThat(signer.link("", NOW)).isEmpty();
        assertThat(signer.link("äöü", NOW)).isEmpty();
        assertThat(signer.link("A".repeat(10_000), NOW)).isEmpty();
    }
}
