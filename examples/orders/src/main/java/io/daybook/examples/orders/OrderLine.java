package io.daybook.examples.orders;

import java.math.BigDecimal;

/**
 * What is ordered of one product.
 *
 * @param product the product
 * @param quantity how many
 * @param unitPrice the price of one
 */
record OrderLine(String product, int quantity, BigDecimal unitPrice) {

  /** The price of all. */
  BigDecimal price() {
    return priceOf(quantity);
  }

  /** The price of so many. */
  BigDecimal priceOf(int pieces) {
    return unitPrice.multiply(BigDecimal.valueOf(pieces));
  }
}
