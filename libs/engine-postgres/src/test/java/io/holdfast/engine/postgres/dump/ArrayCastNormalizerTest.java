package io.holdfast.engine.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrayCastNormalizerTest {

    @Test
    void aCastOfAnArrayBecomesCastsOfItsElements() {
        String before =
                "CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'it''s [x], y'::character varying])::text[])))";

        assertThat(ArrayCastNormalizer.settled(before))
                .isEqualTo("CHECK (((kind)::text = ANY (ARRAY[('a'::character varying)::text,"
                        + " ('it''s [x], y'::character varying)::text])))");
        assertThat(ArrayCastNormalizer.settled(ArrayCastNormalizer.settled(before)))
                .isEqualTo(ArrayCastNormalizer.settled(before));
    }

    @Test
    void otherTextStaysAsItIs() {
        for (String text : new String[] {"", "(ARRAY[", "x = ANY (ARRAY['q'::text])", "(ARRAY[1, 2])[1]"}) {
            assertThat(ArrayCastNormalizer.settled(text)).isEqualTo(text);
        }
    }
}
