package io.holdfast.vault.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every object store promises. */
abstract class ObjectStoreContract {
    private ObjectStore store;

    /** A store without objects. */
    abstract ObjectStore fresh();

    @BeforeEach
    void open() {
        store = fresh();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatWasPutIsGot() {
        store.put("a/b", bytes("one"));
        store.put("a/b", bytes("two"));

        assertThat(store.get("a/b")).hasValue(bytes("two"));
        assertThat(store.head("a/b").orElseThrow().size()).isEqualTo(3);
    }

    @Test
    void anEmptyObjectIsAnObject() {
        store.put("empty", new byte[0]);

        assertThat(store.get("empty")).hasValue(new byte[0]);
    }

    @Test
    void whatIsNotThereIsEmpty() {
        assertThat(store.get("nothing")).isEmpty();
        assertThat(store.get("nothing", 0, 5)).isEmpty();
        assertThat(store.head("nothing")).isEmpty();
        assertThat(store.page("nothing", "").objects()).isEmpty();
        assertThat(store.folders("nothing/")).isEmpty();
    }

    @Test
    void aRangeIsCutAtTheObjectsEnd() {
        store.put("k", bytes("0123456789"));

        assertThat(store.get("k", 2, 3)).hasValue(bytes("234"));
        assertThat(store.get("k", 8, 50)).hasValue(bytes("89"));
        assertThat(store.get("k", 10, 5)).hasValue(new byte[0]);
        assertThat(store.get("k", 3, 0)).hasValue(new byte[0]);
    }

    @Test
    void aTakenKeyIsLeftAsItIs() {
        assertThat(store.putIfAbsent("k", bytes("first"))).isTrue();
        assertThat(store.putIfAbsent("k", bytes("other"))).isFalse();
        assertThat(store.putIfAbsent("k", bytes("longer than that"))).isFalse();

        assertThat(store.get("k")).hasValue(bytes("first"));
    }

    @Test
    void aRepeatedConditionalPutFindsItsOwnBytes() {
        store.putIfAbsent("k", bytes("mine"));

        assertThat(store.putIfAbsent("k", bytes("mine"))).isTrue();
    }

    @Test
    void ofRacingConditionalPutsOneWins() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Boolean>> racers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                byte[] mine = bytes("racer " + i);
                racers.add(threads.submit(() -> {
                    go.await();
                    return new RetryingObjectStore(store, RetryPolicy.STANDARD).putIfAbsent("k", mine);
                }));
            }
            go.countDown();
        }

        List<Integer> winners = IntStream.range(0, 12)
                .filter(i -> racers.get(i).resultNow())
                .boxed()
                .toList();
        assertThat(winners).hasSize(1);
        assertThat(store.get("k")).hasValue(bytes("racer " + winners.getFirst()));
    }

    @Test
    void aListingIsCompleteInOrderAndOnlyOfThePrefix() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1100; i > 0; i--) {
                String key = "many/%05d".formatted(i);
                threads.execute(() -> store.put(key, bytes("x")));
            }
        }
        store.put("manx", bytes("x"));
        store.put("other", bytes("x"));

        assertThat(store.list("many/").map(StoredObject::key))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 1100)
                        .mapToObj("many/%05d"::formatted)
                        .toList());
        assertThat(store.page("many/", "many/01098").objects()).hasSize(2);
    }

    @Test
    void foldersAreTheNextSegmentsOnly() {
        store.put("s/1/a", bytes("x"));
        store.put("s/1/b/c", bytes("x"));
        store.put("s/2/a", bytes("x"));
        store.put("s/file", bytes("x"));

        assertThat(store.folders("s/")).containsExactlyInAnyOrder("1", "2");
        assertThat(store.folders("")).containsExactly("s");
    }

    @Test
    void deletingTwiceIsNoError() {
        store.put("k", bytes("x"));

        store.delete("k");
        store.delete("k");

        assertThat(store.get("k")).isEmpty();
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
