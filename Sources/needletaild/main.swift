print("needletaild")
