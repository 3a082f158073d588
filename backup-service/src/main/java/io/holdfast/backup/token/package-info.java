/** Tokens for programs, and the review of who may do what. */
@NullMarked
package io.holdfast.backup.token;

import org.jspecify.annotations.NullMarked;
