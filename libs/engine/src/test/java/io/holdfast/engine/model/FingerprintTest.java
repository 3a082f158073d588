package io.holdfast.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FingerprintTest {

    @Property(tries = 200)
    void orderAndGroupingDoNotMatter(@ForAll("prints") List<Fingerprint> prints, @ForAll long seed) {
        Fingerprint sum = sum(prints);
        Collections.shuffle(prints, new Random(seed));
        int half = prints.size() / 2;

        Fingerprint grouped = sum(prints.subList(half, prints.size())).plus(sum(prints.subList(0, half)));

        assertThat(grouped).isEqualTo(sum);
    }

    @Property(tries = 200)
    void theSumIsModulo2To128(@ForAll("prints") List<Fingerprint> prints) {
        BigInteger expected = prints.stream()
                .map(print -> new BigInteger(hash(print), 16))
                .reduce(BigInteger.ZERO, BigInteger::add)
                .mod(BigInteger.ONE.shiftLeft(128));

        assertThat(new BigInteger(hash(sum(prints)), 16)).isEqualTo(expected);
    }

    @Property(tries = 200)
    void itsTextReadsBack(@ForAll("print") Fingerprint print) {
        assertThat(Fingerprint.parse(print.toString())).isEqualTo(print);
    }

    @Property(tries = 1)
    void anythingElseIsRefused() {
        for (String text : List.of("", "1:", ":", "1:abc", "x:" + "0".repeat(32), "1:" + "g".repeat(32))) {
            assertThatThrownBy(() -> Fingerprint.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String hash(Fingerprint print) {
        return print.toString().substring(print.toString().indexOf(':') + 1);
    }

    private static Fingerprint sum(List<Fingerprint> prints) {
        return prints.stream().reduce(Fingerprint.EMPTY, Fingerprint::plus);
    }

    @Provide
    Arbitrary<Fingerprint> print() {
        return Combinators.combine(Arbitraries.longs().between(0, 1L << 50), Arbitraries.longs(), Arbitraries.longs())
                .as(Fingerprint::new);
    }

    @Provide
    Arbitrary<List<Fingerprint>> prints() {
        return print().list().ofMaxSize(20).map(java.util.ArrayList::new);
    }
}
