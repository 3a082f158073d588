@NullMarked
package io.holdfast.audit.activity;

import org.jspecify.annotations.NullMarked;
