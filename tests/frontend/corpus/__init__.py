"""Small async functions with arguments, a file for each group of constructs: `CASES` lists them. test_corpus.py runs them."""
