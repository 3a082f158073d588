package io.holdfast.engine.check;

/** Damage that a negative control does to a copy: the check that must find it is tested by it. */
public enum Damage {
    /** One value of one row differs. */
    VALUE_CHANGED,
    ROW_REMOVED,
    ROW_ADDED,
    /** A sequence would hand out a number again. */
    SEQUENCE_SET_BACK,
    INDEX_DROPPED
}
