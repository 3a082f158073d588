package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DumpTimestampEraserTest {
    /** As pg_dump 15.18 and 17.12 begin an archive, at 21:42:14 on the 24th of November 2026. */
    private static final String OF_15 = "5047444d50010e00040801" + "0101000000" + "000e000000002a0000000015000000"
            + "0018000000000a000000007e0000000000000000" + "000800000064756d7074657374";

    private static final String OF_17 = "5047444d50011000040801" + "00" + "000e000000002a0000000015000000"
            + "0018000000000a000000007e0000000000000000" + "000800000064756d7074657374";

    private static final String UNDATED =
            "000000000000000000000000000000" + "0001000000" + "0000000000" + "0064000000" + "0000000000";

    @Test
    void theTimeIsTheSameWheneverItIsMadeAndNothingElseIsChanged() {
        assertThat(undated(OF_15, 1000))
                .isEqualTo("5047444d50010e00040801" + "0101000000" + UNDATED + "000800000064756d7074657374");
        assertThat(undated(OF_17, 1000))
                .isEqualTo("5047444d50011000040801" + "00" + UNDATED + "000800000064756d7074657374");
    }

    @Property(tries = 50)
    void howItComesMeansNothing(@ForAll @IntRange(min = 1, max = 40) int atOnce) {
        assertThat(undated(OF_15, atOnce)).isEqualTo(undated(OF_15, 1000));
    }

    @Test
    void whatIsNoArchiveStaysAsItIs() {
        String text = "2d2d20506f737467726553514c2064617461626173652064756d70202d2d20506f737467726553514c20646174";

        assertThat(undated(text, 7)).isEqualTo(text);
        assertThat(undated("5047", 7)).isEqualTo("5047");
    }

    private static String undated(String hex, int atOnce) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        ByteArrayOutputStream undated = new ByteArrayOutputStream();
        try (DumpTimestampEraser archive = new DumpTimestampEraser(undated)) {
            for (int from = 0; from < bytes.length; from += atOnce) {
                archive.write(bytes, from, Math.min(atOnce, bytes.length - from));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(undated.toByteArray());
    }
}
