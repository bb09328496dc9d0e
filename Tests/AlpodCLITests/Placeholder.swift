import Testing

@Suite struct AlpodCLIPlaceholder {}
