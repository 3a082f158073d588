package io.holdfast.contracts;

/** State of the live database after a restore that did not complete. */
public enum LiveData {
    /** The restore changed nothing in it. */
    UNTOUCHED,
    /** The restore changed it and put it back as it was. */
    PUT_BACK,
    /** The restore changed it and could not put it back: an operator has to act. */
    CHANGED
}
