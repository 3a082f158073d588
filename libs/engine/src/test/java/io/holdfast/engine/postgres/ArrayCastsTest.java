package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrayCastsTest {

    @Test
    void aCastOfAnArrayBecomesCastsOfItsElements() {
        String before =
                "CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'it''s [x], y'::character varying])::text[])))";

        assertThat(ArrayCasts.settled(before))
                .isEqualTo("CHECK (((kind)::text = ANY (ARRAY[('a'::character varying)::text,"
                        + " ('it''s [x], y'::character varying)::text])))");
        assertThat(ArrayCasts.settled(ArrayCasts.settled(before))).isEqualTo(ArrayCasts.settled(before));
    }

    @Test
    void otherTextStaysAsItIs() {
        for (String text : new String[] {"", "(ARRAY[", "x = ANY (ARRAY['q'::text])", "(ARRAY[1, 2])[1]"}) {
            assertThat(ArrayCasts.settled(text)).isEqualTo(text);
        }
    }
}
