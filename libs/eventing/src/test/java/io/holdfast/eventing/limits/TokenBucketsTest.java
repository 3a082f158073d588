package io.holdfast.eventing.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketsTest {
    private static final int PER_MINUTE = 60;

    private long nanos;

    private final TokenBuckets buckets = new TokenBuckets(PER_MINUTE, new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    @Test
    void aFullMinuteMayComeAtOnceAndThenATokenASecond() {
        for (int i = 0; i < PER_MINUTE; i++) {
            assertThat(buckets.take("ci")).isZero();
        }
        assertThat(buckets.take("ci")).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(buckets.take("other")).isZero();

        nanos += Duration.ofSeconds(1).toNanos();
        assertThat(buckets.take("ci")).isZero();
        assertThat(buckets.take("ci")).isPositive();
    }

    @Test
    void lookingTakesNothing() {
        for (int i = 0; i < PER_MINUTE - 1; i++) {
            buckets.take("ci");
        }
        for (int i = 0; i < PER_MINUTE; i++) {
            assertThat(buckets.look("ci")).isZero();
        }
        assertThat(buckets.take("ci")).isZero();
        assertThat(buckets.look("ci")).isPositive();
    }

    @Test
    void aFloodOfKeysDoesNotGrowTheHeapAndIsForgotten() {
        for (int i = 0; i < 20 * TokenBuckets.MOST; i++) {
            buckets.take("203.0." + i);
        }
        assertThat(buckets.size()).isLessThanOrEqualTo(TokenBuckets.MOST);

        nanos += Duration.ofMinutes(3).toNanos();
        assertThat(buckets.size()).isZero();
    }

    @Test
    void aClientThatIsLimitedStaysSoDuringAFloodOfOtherKeys() {
        for (int i = 0; i < 3 * PER_MINUTE; i++) {
            buckets.take("busy");
        }
        for (int i = 0; i < 5 * TokenBuckets.MOST; i++) {
            buckets.take("203.0." + i);
            if (i % 100 == 0) {
                assertThat(buckets.take("busy")).isPositive();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "::ffff:203.0.113.7, 203.0.113.7",
        "2001:db8:1:2:aaaa::1, 20010db800010002/64",
        "2001:db8:1:2:ffff:ffff:ffff:ffff, 20010db800010002/64",
        "::1, 0000000000000000/64",
        "unknown, unknown",
    })
    void anAddressOfIpv6CountsForItsNetwork(String address, String group) {
        assertThat(AddressGroup.of(address)).isEqualTo(group);
    }
}
