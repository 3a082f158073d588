package io.holdfast.vault.store;

import java.util.ArrayList;
import java.util.List;

/** What a store does beyond what the vault cannot do without. */
public record StoreCapabilities(Answer versioning, Answer objectLock) {
    public static final StoreCapabilities NONE = new StoreCapabilities(Answer.NO, Answer.NO);

    public enum Answer {
        YES,
        NO,
        /** Not asked for, or not told: the right to ask may be missing. */
        UNKNOWN
    }

    /** What is therefore not guaranteed, a sentence each. */
    public List<String> lacks() {
        List<String> sentences = new ArrayList<>();
        switch (versioning) {
            case YES -> {}
            case NO -> sentences.add("the bucket keeps no versions: what is deleted or overwritten there is gone");
            case UNKNOWN -> sentences.add("the bucket does not tell whether it keeps versions");
        }
        switch (objectLock) {
            case YES -> {}
            case NO -> sentences.add("the bucket has no object lock: with its access keys every backup can be deleted");
            case UNKNOWN -> sentences.add("the bucket does not tell whether it has object lock");
        }
        return sentences;
    }
}
